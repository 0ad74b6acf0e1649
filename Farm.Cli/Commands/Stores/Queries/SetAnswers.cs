using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Queries;

/// <summary>Answers that are sets of paths: each once, after all that it refers to.</summary>
internal static class SetAnswers
{
    public static async Task<IEnumerable<string>> RequisitesAsync(QueryRequest request, CancellationToken ct) =>
        await SortedAsync(request, await Closures.RequisitesAsync(request, ct).ConfigureAwait(false), ct)
            .ConfigureAwait(false);

    public static async Task<IEnumerable<string>> UsersAsync(QueryRequest request, CancellationToken ct) =>
        await SortedAsync(
                request,
                await Closures.ReferrersAsync(request, withOutputs: false, ct).ConfigureAwait(false),
                ct
            )
            .ConfigureAwait(false);

    public static Task<IEnumerable<string>> ReferencesAsync(QueryRequest request, CancellationToken ct) =>
        UnionAsync(
            request,
            async path => (await request.InfoAsync(path, ct).ConfigureAwait(false)).References,
            request.Targets,
            ct
        );

    public static Task<IEnumerable<string>> ReferrersAsync(QueryRequest request, CancellationToken ct) =>
        UnionAsync(
            request,
            async path =>
                await request
                    .Store.ReferrersAsync((await request.InfoAsync(path, ct).ConfigureAwait(false)).Path, ct)
                    .ConfigureAwait(false),
            request.Targets,
            ct
        );

    public static Task<IEnumerable<string>> DeriversAsync(QueryRequest request, CancellationToken ct) =>
        UnionAsync(
            request,
            async path => await request.Store.ValidDeriversAsync(path, ct).ConfigureAwait(false),
            request.Paths,
            ct
        );

    private static async Task<IEnumerable<string>> UnionAsync(
        QueryRequest request,
        Func<StorePath, Task<IReadOnlyCollection<StorePath>>> related,
        IEnumerable<StorePath> paths,
        CancellationToken ct
    )
    {
        var all = new SortedSet<StorePath>();
        foreach (var path in paths)
        {
            all.UnionWith(await related(path).ConfigureAwait(false));
        }
        return await SortedAsync(request, all, ct).ConfigureAwait(false);
    }

    private static async Task<IEnumerable<string>> SortedAsync(
        QueryRequest request,
        IReadOnlyCollection<StorePath> paths,
        CancellationToken ct
    ) => (await request.Store.GraphAsync(paths, ct).ConfigureAwait(false)).ReferencesFirst().Select(request.Print);
}
