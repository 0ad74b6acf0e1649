using Farm.Store.Roots;

namespace Farm.Cli.Commands.Stores.Queries;

/// <summary>Roots that keep paths from being collected, with what they lead to: <c>LINK -> PATH</c>.</summary>
internal static class RootsAnswer
{
    public static async Task<IEnumerable<string>> LinesAsync(QueryRequest request, CancellationToken ct)
    {
        var users = await Closures.ReferrersAsync(request, withOutputs: true, ct).ConfigureAwait(false);
        var roots = await StoreRoots.FindAsync(request.Store, includeRuntime: true, ct).ConfigureAwait(false);
        return roots
            .Where(root => users.Contains(root.Path))
            .Select(root => $"{root.Reason} -> {request.Print(root.Path)}")
            .Order(StringComparer.Ordinal);
    }
}
