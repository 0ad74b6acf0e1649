using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Farm.Http;

/// <summary>A store served as a Nix binary cache: <c>nix-cache-info</c>, <c>.narinfo</c>, <c>nar/</c>, without compression.</summary>
/// <remarks>A hash part is the only way to a path; nothing lists what there is. Source: Nix manual, "Binary cache".</remarks>
public static class BinaryCacheEndpoints
{
    /// <summary>What other caches see as this one's rank; lower is asked earlier, cache.nixos.org has 40.</summary>
    private const int Priority = 30;

    public static IEndpointRouteBuilder MapBinaryCache(this IEndpointRouteBuilder endpoints, IStore store)
    {
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        endpoints.MapMethods("/nix-cache-info", methods, context => CacheInfoAsync(context, store));
        endpoints.MapMethods("/{hashPart}.narinfo", methods, context => NarInfoAsync(context, store));
        endpoints.MapMethods("/nar/{file}", methods, context => NarAsync(context, store));
        return endpoints;
    }

    private static Task CacheInfoAsync(HttpContext context, IStore store) =>
        context.Response.AnswerAsync(
            StatusCodes.Status200OK,
            $"StoreDir: {store.StoreDir}\nWantMassQuery: 1\nPriority: {Priority}\n",
            "text/x-nix-cache-info",
            context.RequestAborted
        );

    private static async Task NarInfoAsync(HttpContext context, IStore store)
    {
        var ct = context.RequestAborted;
        var hashText = context.Request.RouteValues["hashPart"] as string ?? "";
        if (!StorePathHash.TryParse(hashText, out var hash))
        {
            await context
                .Response.AnswerAsync(
                    400,
                    $"'{hashText}' is not the hash part of a store path: 32 characters of base 32.",
                    ct
                )
                .ConfigureAwait(false);
            return;
        }

        if (await FindAsync(store, hash, ct).ConfigureAwait(false) is not { } info)
        {
            await context
                .Response.AnswerAsync(404, $"No valid path here has the hash part '{hash}'.", ct)
                .ConfigureAwait(false);
            return;
        }

        var narInfo = new NarInfo
        {
            Info = info,
            Url = $"nar/{NarFileName.Of(info)}",
            Compression = "none",
        };
        var text = NarInfoPrinter.Print(store.StoreDir, narInfo);
        await context.Response.AnswerAsync(200, text, "text/x-nix-narinfo", ct).ConfigureAwait(false);
    }

    private static async Task NarAsync(HttpContext context, IStore store)
    {
        var ct = context.RequestAborted;
        var file = context.Request.RouteValues["file"] as string ?? "";
        if (!NarFileName.TryParse(file, out var name))
        {
            await context
                .Response.AnswerAsync(400, $"'{file}' is not the name of a NAR here: <hash part>-<NAR hash>.nar.", ct)
                .ConfigureAwait(false);
            return;
        }

        if (
            await FindAsync(store, name.HashPart, ct).ConfigureAwait(false) is not { } info
            || NarFileName.Of(info) != name
        )
        {
            await context.Response.AnswerAsync(404, $"There is no NAR '{file}' here.", ct).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/x-nix-nar";
        context.Response.ContentLength = info.NarSizeBytes;
        if (HttpMethods.IsGet(context.Request.Method))
            await DumpAsync(context, store, info.Path).ConfigureAwait(false);
    }

    /// <summary>Once bytes were sent, only a broken connection can tell the receiver that the rest does not come.</summary>
    private static async Task DumpAsync(HttpContext context, IStore store, StorePath path)
    {
        try
        {
            await store.DumpNarAsync(path, context.Response.Body, context.RequestAborted).ConfigureAwait(false);
        }
        catch (StoreException) when (context.Response.HasStarted)
        {
            context.Abort();
            throw;
        }
    }

    private static async Task<PathInfo?> FindAsync(IStore store, StorePathHash hash, CancellationToken ct) =>
        await store.QueryPathFromHashPartAsync(hash, ct).ConfigureAwait(false) is { } path
            ? await store.QueryAsync(path, ct).ConfigureAwait(false)
            : null;
}
