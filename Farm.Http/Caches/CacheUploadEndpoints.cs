using System.Buffers;
using Farm.Store.BinaryCaches;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Farm.Http.Caches;

/// <summary>What Nix puts into a binary cache, so that <c>nix copy --to http://…</c> works: archives, then narinfos, realisations and logs.</summary>
/// <remarks>Nothing is taken without credentials. Listings and debugging information are made from the paths themselves; what is sent of
/// them is passed over. Source: Nix's <c>libstore/http-binary-cache-store.cc</c>.</remarks>
internal sealed class CacheUploadEndpoints(
    ServedStore served,
    UploadedNars nars,
    UploadedPaths paths,
    UploadCredentials credentials
)
{
    /// <summary>Where a request's user is put for the access log.</summary>
    internal static readonly object User = new();

    private const long MaxTextBytes = 16L << 20;
    private const long MaxLogBytes = 256L << 20;

    private readonly BuildLogFiles _logs = new(served.Store.Layout);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        Map("/{hashPart}.narinfo", NarInfoAsync);
        Map("/nar/{file}", NarAsync);
        Map("/log/{derivation}", LogAsync);
        Map("/realisations/{id}.doi", RealisationAsync);
        Map("/{hashPart}.ls", IgnoreAsync);
        Map("/debuginfo/{buildId}", IgnoreAsync);

        void Map(string pattern, Func<HttpContext, Task<CacheProblem?>> handle) =>
            endpoints.MapPut(pattern, CacheRequest.Handler(context => AuthorizedAsync(context, handle)));
    }

    /// <summary>Refuses every upload, for a cache that takes none.</summary>
    public static void MapRefusal(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPut(
            "/{**anything}",
            CacheRequest.Handler(_ => Task.FromResult<CacheProblem?>(new CacheProblem.NoUploads()))
        );

    private async Task<CacheProblem?> AuthorizedAsync(
        HttpContext context,
        Func<HttpContext, Task<CacheProblem?>> handle
    )
    {
        if (credentials.Find(context.Request.Headers.Authorization) is not { } user)
            return new CacheProblem.Unauthorized();
        context.Items[User] = user;
        var problem = await handle(context).ConfigureAwait(false);
        if (problem is null)
            await context
                .Response.AnswerAsync(StatusCodes.Status201Created, "It is here now.", context.RequestAborted)
                .ConfigureAwait(false);
        return problem;
    }

    private async Task<CacheProblem?> NarAsync(HttpContext context)
    {
        if (!UploadedNarName.TryParse(context.Value("file"), out var name))
            return new CacheProblem.NoName();
        var most = served.Settings.Uploads.MaxNarBytes;
        if (context.Request.ContentLength > most)
            return new CacheProblem.TooLarge(most);
        Allow(context, most);
        return await nars.TakeAsync(name, context.Request.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task<CacheProblem?> NarInfoAsync(HttpContext context)
    {
        if (!StorePathHash.TryParse(context.Value("hashPart"), out var hash))
            return new CacheProblem.NoName();
        var (text, problem) = await ReadAsync(context, MaxTextBytes).ConfigureAwait(false);
        return problem ?? await paths.AddAsync(hash, text, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task<CacheProblem?> LogAsync(HttpContext context)
    {
        var ct = context.RequestAborted;
        if (!StorePath.TryParse(context.Value("derivation"), out var derivation) || !derivation.IsDerivation)
            return new CacheProblem.NoName();
        var (text, problem) = await ReadAsync(context, MaxLogBytes).ConfigureAwait(false);
        if (problem is null)
            await _logs.AddAsync(derivation, new MemoryStream(text), ct).ConfigureAwait(false);
        return problem;
    }

    private async Task<CacheProblem?> RealisationAsync(HttpContext context)
    {
        if (!BinaryCacheEndpoints.TryParse(context.Value("id"), out var id))
            return new CacheProblem.NoName();
        var (text, problem) = await ReadAsync(context, RealisationJson.MaxBytes).ConfigureAwait(false);
        if (problem is not null)
            return problem;
        var realisation = RealisationJson.Parse(text);
        if (realisation.Id != id)
            return new CacheProblem.Malformed($"The realisation of '{id}' is of another output, '{realisation.Id}'.");
        var keys = served.Store.Keys;
        var fingerprint = System.Text.Encoding.UTF8.GetBytes(RealisationJson.Fingerprint(realisation));
        if (keys.RequiresSignatures && !realisation.Signatures.Any(one => keys.Trusted.Verify(fingerprint, one)))
            throw new Store.StoreException.Untrusted(served.Store.StoreDir.Print(realisation.OutPath));
        await new StoreRealisations(served.Store)
            .RegisterAsync(realisation, context.RequestAborted)
            .ConfigureAwait(false);
        return null;
    }

    private static async Task<CacheProblem?> IgnoreAsync(HttpContext context) =>
        (await ReadAsync(context, MaxTextBytes).ConfigureAwait(false)).Problem;

    /// <summary>The body, without the encoding that it has on its way.</summary>
    private static async Task<(byte[] Text, CacheProblem? Problem)> ReadAsync(HttpContext context, long most)
    {
        Allow(context, most);
        string[] encodings = [.. context.Request.Headers.ContentEncoding.OfType<string>()];
        if (ContentEncodings.Open(encodings, context.Request.Body) is not { } body)
            return (
                [],
                new CacheProblem.Malformed($"The encoding '{string.Join(", ", encodings)}' is not known here.")
            );
        var text = new ArrayBufferWriter<byte>();
        while (true)
        {
            var memory = text.GetMemory();
            var count = await body.ReadAsync(memory, context.RequestAborted).ConfigureAwait(false);
            if (count == 0)
                return (text.WrittenSpan.ToArray(), null);
            text.Advance(count);
            if (text.WrittenCount > most)
                return ([], new CacheProblem.TooLarge(most));
        }
    }

    private static void Allow(HttpContext context, long most)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
    }
}
