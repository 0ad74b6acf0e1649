using Farm.Store.Paths;

namespace Farm.Derivations.Objects;

/// <summary>Walks what objects refer to.</summary>
public static class ObjectGraph
{
    /// <summary>The objects and all that they refer to, directly or not; each once, after what it refers to.</summary>
    /// <exception cref="DerivationException">What one of them refers to is not known.</exception>
    public static IReadOnlyList<StoreObject> Closure(IEnumerable<StoreObject> roots) =>
        Closure(roots, item => item.References);

    /// <summary>As <see cref="Closure(IEnumerable{StoreObject})"/>, without what objects refer to that are in a store already.</summary>
    public static IReadOnlyList<StoreObject> Known(IEnumerable<StoreObject> roots) =>
        Closure(roots, item => item is ExistingObject ? [] : item.References);

    private static List<StoreObject> Closure(
        IEnumerable<StoreObject> roots,
        Func<StoreObject, IEnumerable<StoreObject>> referencesOf
    )
    {
        var ordered = new List<StoreObject>();
        var entered = new HashSet<StorePath>();
        var open = new Stack<(StoreObject Item, IEnumerator<StoreObject> References)>();
        foreach (var root in roots)
        {
            Enter(root);
            while (open.TryPeek(out var top))
            {
                if (top.References.MoveNext())
                {
                    Enter(top.References.Current);
                }
                else
                {
                    ordered.Add(top.Item);
                    open.Pop();
                }
            }
        }
        return ordered;

        void Enter(StoreObject item)
        {
            if (entered.Add(item.Path))
                open.Push((item, referencesOf(item).GetEnumerator()));
        }
    }
}
