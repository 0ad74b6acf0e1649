using System.Globalization;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Queries;

/// <summary>Answers with a line for each path, in the order in which they are given.</summary>
internal static class EachAnswers
{
    private const string UnknownDeriver = "unknown-deriver";

    public static Task<IEnumerable<string>> OutputsAsync(QueryRequest request, CancellationToken ct) =>
        Task.FromResult(request.Paths.SelectMany(request.Outputs).Select(request.Print));

    public static Task<IEnumerable<string>> ResolvedAsync(QueryRequest request, CancellationToken ct) =>
        Task.FromResult(request.Paths.Select(request.Print));

    public static Task<IEnumerable<string>> HashesAsync(QueryRequest request, CancellationToken ct) =>
        InfosAsync(request, request.Targets, info => info.NarHash.Print(HashFormat.Nix32), ct);

    public static Task<IEnumerable<string>> SizesAsync(QueryRequest request, CancellationToken ct) =>
        InfosAsync(request, request.Targets, info => info.NarSizeBytes.ToString(CultureInfo.InvariantCulture), ct);

    public static Task<IEnumerable<string>> DeriversAsync(QueryRequest request, CancellationToken ct) =>
        InfosAsync(
            request,
            request.Paths,
            info => info.Deriver is { } deriver ? request.Print(deriver) : UnknownDeriver,
            ct
        );

    /// <summary>An environment variable of the derivations, or of those that the paths were built from.</summary>
    /// <exception cref="CommandException">A deriver is not known, or has no such variable.</exception>
    public static async Task<IEnumerable<string>> BindingsAsync(QueryRequest request, string name, CancellationToken ct)
    {
        var values = new List<string>();
        foreach (var path in request.Paths)
        {
            var derivation = path.IsDerivation
                ? path
                : (await request.InfoAsync(path, ct).ConfigureAwait(false)).Deriver
                    ?? throw new CommandException($"The deriver of '{request.Print(path)}' is not known.");
            values.Add(
                request.Derivation(derivation).EnvValue(name)?.ToString()
                    ?? throw new CommandException(
                        $"The derivation '{request.Print(derivation)}' has no environment variable '{name}'."
                    )
            );
        }
        return values;
    }

    public static async Task<IEnumerable<string>> HashPartsAsync(QueryRequest request, CancellationToken ct)
    {
        var found = new List<string>();
        foreach (var part in request.Given)
        {
            var path = StorePathHash.TryParse(part, out var hash)
                ? await request.Store.QueryPathFromHashPartAsync(hash, ct).ConfigureAwait(false)
                : throw new CommandException($"'{part}' is no hash part of a store path: 32 characters of base 32.");
            found.Add(
                path is { } valid
                    ? request.Print(valid)
                    : throw new CommandException($"No valid path has the hash part '{part}'.")
            );
        }
        return found;
    }

    private static async Task<IEnumerable<string>> InfosAsync(
        QueryRequest request,
        IEnumerable<StorePath> paths,
        Func<PathInfo, string> line,
        CancellationToken ct
    )
    {
        var lines = new List<string>();
        foreach (var path in paths)
        {
            lines.Add(line(await request.InfoAsync(path, ct).ConfigureAwait(false)));
        }
        return lines;
    }
}
