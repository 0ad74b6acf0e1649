using Farm.Store.Local;

namespace Farm.Cli.Commands.Stores.Queries;

/// <summary>Roots that keep paths from being collected, with what they lead to: <c>LINK -> PATH</c>.</summary>
internal static class RootsAnswer
{
    public static async Task<IEnumerable<string>> LinesAsync(QueryRequest request, CancellationToken ct)
    {
        var users = await Closures.ReferrersAsync(request, withOutputs: true, ct).ConfigureAwait(false);
        return RootSearch
            .Find(request.Store.Layout)
            .Where(root => users.Contains(root.Key))
            .Select(root => $"{root.Value} -> {request.Print(root.Key)}")
            .Order(StringComparer.Ordinal);
    }
}
