using System.Runtime.CompilerServices;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Queries;

/// <summary>The closure of a query's targets in the order in which Nix's graphs have it: always the least of those known and not yet told.</summary>
internal static class ClosureWalk
{
    /// <exception cref="Farm.Store.StoreException.InvalidPath">A target is not valid.</exception>
    public static async IAsyncEnumerable<PathInfo> Of(
        QueryRequest request,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        StorePath[] roots = [.. request.Targets];
        var closure = await request.Store.ClosureAsync(roots, ct).ConfigureAwait(false);
        var graph = await request.Store.GraphAsync(closure, ct).ConfigureAwait(false);
        var left = new SortedSet<StorePath>(roots);
        var told = new HashSet<StorePath>();
        while (left.Count > 0)
        {
            var next = left.Min;
            left.Remove(next);
            if (told.Add(next))
            {
                var info = graph.Info(next);
                left.UnionWith(info.References);
                yield return info;
            }
        }
    }
}
