using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Closures;
using Farm.Store.Paths;

namespace Farm.Worker.Planning;

/// <summary>The input closure of one build, with what is recorded of each path.</summary>
/// <param name="Paths">All paths of the closure, or none where nobody asks.</param>
/// <param name="Outputs">Of each derivation in the closure the paths of its outputs; null for one that is known only when built.</param>
internal sealed record InputGraph(
    ReferenceGraph Paths,
    ImmutableDictionary<StorePath, ImmutableArray<StorePath?>> Outputs
)
{
    /// <summary>For a build that asks for nothing of it.</summary>
    public static InputGraph Empty { get; } =
        new(new ReferenceGraph([]), ImmutableDictionary<StorePath, ImmutableArray<StorePath?>>.Empty);

    /// <summary>The closure of some paths, and of the outputs of the derivations among it.</summary>
    /// <param name="names">Full paths, or files inside of them, as <c>exportReferencesGraph</c> has them.</param>
    /// <exception cref="NixFormatException">One is not in the input closure.</exception>
    /// <remarks>Nix takes outputs from anywhere in its store; here they must be inputs, so that a worker's leftovers make no
    /// difference. Source: Nix's <c>Store::exportReferences</c>.</remarks>
    public ReferenceGraph Export(IEnumerable<string> names, StoreDir storeDir)
    {
        var found = new HashSet<StorePath>();
        foreach (var name in names)
            AddClosure(found, Input(PathIn(name, storeDir), storeDir));
        foreach (var derivation in found.Where(path => path.IsDerivation).ToArray())
        {
            foreach (var output in Outputs.GetValueOrDefault(derivation, []))
            {
                var known =
                    output
                    ?? throw new NixFormatException(
                        $"'exportReferencesGraph' comes to the derivation '{storeDir.Print(derivation)}', whose outputs have no path before they are built."
                    );
                AddClosure(found, Input(known, storeDir));
            }
        }
        return new ReferenceGraph(found.Select(Paths.Info));
    }

    private static StorePath PathIn(string name, StoreDir storeDir)
    {
        try
        {
            return storeDir.ParseInside(name).Path;
        }
        catch (NixFormatException)
        {
            throw new NixFormatException(
                $"'exportReferencesGraph' contains '{name}', which is no path in '{storeDir.Text}'."
            );
        }
    }

    private StorePath Input(StorePath path, StoreDir storeDir) =>
        Paths.NumberOf(path) >= 0
            ? path
            : throw new NixFormatException(
                $"'exportReferencesGraph' cannot export references of '{storeDir.Print(path)}', which is not in the input closure of the derivation."
            );

    private void AddClosure(HashSet<StorePath> found, StorePath root)
    {
        var open = new Stack<StorePath>([root]);
        while (open.TryPop(out var path))
        {
            if (!found.Add(path))
                continue;
            foreach (var reference in Paths.Info(path).References)
                open.Push(reference);
        }
    }
}
