using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Compressing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Farm.Http.Caches;

/// <summary>A store served as a Nix binary cache: <c>nix-cache-info</c>, <c>.narinfo</c>, <c>.ls</c>, <c>nar/</c>, <c>log/</c>,
/// <c>realisations/</c>, <c>debuginfo/</c>.</summary>
/// <remarks>A hash part, hash or build id is the only way to anything; nothing lists what there is. Below <c>none/</c>, <c>zstd/</c> and
/// <c>xz/</c> the same cache has archives in that compression, whatever the settings say. Source: Nix manual, "Binary cache".</remarks>
public static class BinaryCacheEndpoints
{
    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Serves a store as it is, to other nodes.</summary>
    public static IEndpointRouteBuilder MapBinaryCache(this IEndpointRouteBuilder endpoints, LocalStore store) =>
        endpoints.MapBinaryCache(new ServedStore(store, new(), new StoreBuildLogs(store.Layout)));

    /// <summary>Serves a store; nothing can be brought to it.</summary>
    public static IEndpointRouteBuilder MapBinaryCache(this IEndpointRouteBuilder endpoints, ServedStore served)
    {
        MapCache(endpoints, "", served, served.Settings.Compression);
        foreach (var compression in CacheSettings.Offered)
            MapCache(endpoints, $"/{compression}", served, compression);
        return endpoints;
    }

    private static void MapCache(
        IEndpointRouteBuilder endpoints,
        string below,
        ServedStore served,
        NarCompression compression
    )
    {
        Map("/nix-cache-info", context => CacheInfoAsync(context, served));
        Map("/{hashPart}.narinfo", context => NarInfoAsync(context, served, compression));
        Map("/{hashPart}.ls", context => ListingAsync(context, served));
        Map("/nar/{file}", context => NarEndpoint.AnswerAsync(context, served));
        Map("/log/{derivation}", context => LogAsync(context, served));
        Map("/realisations/{id}.doi", context => RealisationAsync(context, served));
        Map("/debuginfo/{buildId}", context => DebugInfoAsync(context, served, compression));

        void Map(string pattern, Func<HttpContext, Task<CacheProblem?>> handle) =>
            endpoints.MapMethods(below + pattern, s_methods, CacheRequest.Handler(handle));
    }

    private static Task<CacheProblem?> CacheInfoAsync(HttpContext context, ServedStore served)
    {
        var settings = served.Settings;
        var info = new CacheInfo(served.Store.StoreDir.Text, settings.Priority, settings.WantMassQuery);
        return TextAsync(context, info.Print(), CacheInfo.MediaType);
    }

    private static async Task<CacheProblem?> NarInfoAsync(
        HttpContext context,
        ServedStore served,
        NarCompression compression
    )
    {
        if (!StorePathHash.TryParse(context.Value("hashPart"), out var hash))
            return new CacheProblem.NoName();
        var info = await served.FindAsync(hash, context.RequestAborted).ConfigureAwait(false);
        if (info is not { NarSizeBytes: > 0 }) // One whose size was never recorded cannot be described.
            return new CacheProblem.NotHere();
        var text = NarInfoPrinter.Print(served.Store.StoreDir, served.Describe(info, compression));
        return await TextAsync(context, Encoding.UTF8.GetBytes(text), "text/x-nix-narinfo").ConfigureAwait(false);
    }

    private static async Task<CacheProblem?> ListingAsync(HttpContext context, ServedStore served)
    {
        var ct = context.RequestAborted;
        if (!StorePathHash.TryParse(context.Value("hashPart"), out var hash))
            return new CacheProblem.NoName();
        await using var nar = await served.OpenAsync(hash, ct).ConfigureAwait(false);
        if (nar is null)
            return new CacheProblem.NotHere();
        var listing = await nar.ListAsync(ct).ConfigureAwait(false);
        return await TextAsync(context, listing.ToJson(), "application/json").ConfigureAwait(false);
    }

    private static async Task<CacheProblem?> LogAsync(HttpContext context, ServedStore served)
    {
        var ct = context.RequestAborted;
        if (!StorePath.TryParse(context.Value("derivation"), out var derivation) || !derivation.IsDerivation)
            return new CacheProblem.NoName();
        var log = await served.Logs.TryOpenAsync(derivation, ct).ConfigureAwait(false);
        if (log is null)
            return new CacheProblem.NotHere();
        await using (log)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            if (HttpMethods.IsGet(context.Request.Method))
                await log.CopyToAsync(context.Response.Body, ct).ConfigureAwait(false);
        }
        return null;
    }

    private static async Task<CacheProblem?> RealisationAsync(HttpContext context, ServedStore served)
    {
        if (!TryParse(context.Value("id"), out var id))
            return new CacheProblem.NoName();
        var realisation = await new StoreRealisations(served.Store)
            .QueryAsync(id, context.RequestAborted)
            .ConfigureAwait(false);
        if (realisation is null)
            return new CacheProblem.NotHere();
        if (served.Settings.Signing != CacheSigning.Off)
            realisation = realisation with
            {
                Signatures = realisation.Signatures.Union(
                    served.Store.Keys.Sign(RealisationJson.Fingerprint(realisation))
                ),
            };
        var text = Encoding.UTF8.GetBytes(RealisationJson.Print(realisation));
        return await TextAsync(context, text, "application/json").ConfigureAwait(false);
    }

    private static async Task<CacheProblem?> DebugInfoAsync(
        HttpContext context,
        ServedStore served,
        NarCompression compression
    )
    {
        var ct = context.RequestAborted;
        var buildId = context.Value("buildId");
        if (!DebugInfoIndex.IsBuildId(buildId))
            return new CacheProblem.NoName();
        if (
            await served.DebugInfo.FindAsync(buildId, ct).ConfigureAwait(false) is not { } found
            || await served.Store.QueryAsync(found.Path, ct).ConfigureAwait(false) is not { } info
        )
            return new CacheProblem.NotHere();
        var entry = new DebugInfoEntry($"../nar/{NarFileName.Of(info, compression)}", found.Member);
        var text = JsonSerializer.SerializeToUtf8Bytes(entry, StoreJsonContext.Default.DebugInfoEntry);
        return await TextAsync(context, text, "application/json").ConfigureAwait(false);
    }

    /// <summary>A small file, with a tag by its contents.</summary>
    private static async Task<CacheProblem?> TextAsync(HttpContext context, byte[] text, string contentType)
    {
        const int tagBytes = 16;
        var response = context.Response;
        var tag = new EntityTagHeaderValue(
            $"\"{Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, tagBytes))}\""
        );
        response.Headers.ETag = tag.ToString();
        if (NarSelection.Of(context.Request, tag, sizeBytes: null) is NarSelection.NotModified)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }
        response.ContentType = contentType;
        response.ContentLength = text.Length;
        if (HttpMethods.IsGet(context.Request.Method))
            await response.Body.WriteAsync(text, context.RequestAborted).ConfigureAwait(false);
        return null;
    }

    internal static bool TryParse(string text, out DerivationOutputId id)
    {
        try
        {
            id = DerivationOutputId.Parse(text);
            return id.ToString() == text;
        }
        catch (NixFormatException)
        {
            id = null!; // Not looked at where the answer is false.
            return false;
        }
    }

    /// <summary>A part of the request's path; empty where it is not there.</summary>
    internal static string Value(this HttpContext context, string name) =>
        context.Request.RouteValues[name] as string ?? "";
}
