using System.Collections.Immutable;
using Farm.Store.PathInfos;

namespace Farm.Cli.Commands.Stores.Queries;

/// <summary>All that is recorded of paths: a paragraph each, or one document.</summary>
internal static class InfosText
{
    /// <exception cref="Farm.Store.StoreException.InvalidPath">One is not valid.</exception>
    public static async Task WriteAsync(StoreVerbs verbs, QueryRequest request, bool isJson, CancellationToken ct)
    {
        var infos = ImmutableArray.CreateBuilder<PathInfo>();
        foreach (var path in request.Targets)
        {
            infos.Add(await request.InfoAsync(path, ct).ConfigureAwait(false));
        }
        var storeDir = request.Store.StoreDir;
        if (isJson)
        {
            verbs.WriteJson(
                [.. infos.Select(info => PathInfoDocument.Of(storeDir, info))],
                CliJsonContext.Default.PathInfoDocumentArray
            );
            return;
        }
        verbs.Services.Terminal.Out.WriteLine(
            string.Join("\n\n", infos.Select(info => PathInfoText.Of(storeDir, info)))
        );
    }
}
