using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Dependencies;

/// <summary>A path and the references that lead from it to a dependency, as JSON.</summary>
/// <param name="Path">Full path.</param>
/// <param name="FoundIn">Places in the path before this one that refer to it; absent unless asked for.</param>
/// <param name="DependsOn">What to go on to; absent at the dependency, and for a path that stands elsewhere in the document with it.</param>
public sealed record DependencyDocument(
    string Path,
    ImmutableArray<FoundReference>? FoundIn,
    ImmutableArray<DependencyDocument>? DependsOn
)
{
    internal static Task<DependencyDocument> OfAsync(
        DependencyTree tree,
        StoreDir storeDir,
        ReferenceFinder? finder,
        CancellationToken ct
    ) => NodeAsync(tree, storeDir, finder, tree.Package, null, ct);

    private static async Task<DependencyDocument> NodeAsync(
        DependencyTree tree,
        StoreDir storeDir,
        ReferenceFinder? finder,
        StorePath path,
        ImmutableArray<FoundReference>? foundIn,
        CancellationToken ct
    )
    {
        var next = tree.WasShown(path) ? [] : tree.Next(path);
        var below = ImmutableArray.CreateBuilder<DependencyDocument>(next.Count);
        var found = finder is null ? null : await finder.FindAsync(path, next, ct).ConfigureAwait(false);
        foreach (var one in next)
        {
            ImmutableArray<FoundReference>? places = found is null ? null : [.. found[one]];
            below.Add(await NodeAsync(tree, storeDir, finder, one, places, ct).ConfigureAwait(false));
        }
        return new(storeDir.Print(path), foundIn, below.Count == 0 ? null : below.MoveToImmutable());
    }
}
