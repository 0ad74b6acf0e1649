namespace Farm.Coordinator.Scheduling;

/// <summary>An array that is never changed in place: setting an item gives a new vector that shares all but a few small nodes with the old.</summary>
/// <remarks>A tree with 32 children per node. Reading is a few array accesses; setting copies one node per level (three for 32,768 items),
/// several times cheaper than the binary tree of <c>ImmutableList</c>.</remarks>
public sealed class PersistentVector<T>
{
    private const int Bits = 5;
    private const int Width = 1 << Bits;
    private const int Mask = Width - 1;

    private readonly object[] _root;
    private readonly int _shift;

    private PersistentVector(object[] root, int shift, int count) => (_root, _shift, Count) = (root, shift, count);

    /// <summary>A vector without items.</summary>
    public PersistentVector()
        : this([], 0, 0) { }

    public int Count { get; }

    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            var node = _root;
            for (var level = _shift; level > 0; level -= Bits)
            {
                node = (object[])node[(index >> level) & Mask];
            }

            return (T)node[index & Mask];
        }
    }

    public PersistentVector<T> Set(int index, T value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return new PersistentVector<T>(SetIn(_root, _shift, index, value!), _shift, Count); // null is an item like any other
    }

    public PersistentVector<T> Add(T value)
    {
        var capacity = 1L << (_shift + Bits);
        var (root, shift) = Count < capacity ? (_root, _shift) : ([_root], _shift + Bits);
        return new PersistentVector<T>(SetIn(root, shift, Count, value!), shift, Count + 1); // null is an item like any other
    }

    private static object[] SetIn(object[] node, int level, int index, object value)
    {
        var at = (index >> level) & Mask;
        var copy = new object[Math.Max(node.Length, at + 1)];
        node.CopyTo(copy, 0);
        copy[at] = level == 0 ? value : SetIn(at < node.Length ? (object[])node[at] : [], level - Bits, index, value);
        return copy;
    }
}
