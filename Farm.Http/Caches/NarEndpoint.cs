using System.Diagnostics;
using Farm.Store.Compressing;
using Farm.Store.Local;
using Farm.Store.Paths;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Farm.Http.Caches;

/// <summary><c>nar/</c>: archives, whole or in part, made from the store's files while they are sent.</summary>
internal static class NarEndpoint
{
    /// <summary>A name that has the hash of what it names never means anything else.</summary>
    private const string Forever = "public, max-age=31536000, immutable";

    /// <summary>Answers with the archive of a path, or says why not.</summary>
    public static async Task<CacheProblem?> AnswerAsync(HttpContext context, ServedStore served)
    {
        var file = context.Value("file");
        StorePathHash hashPart;
        NarCompression compression;
        if (NarFileName.TryParse(file, out var name))
            (hashPart, compression) = (name.HashPart, name.Compression);
        else if (!UploadedNarName.TryParse(file, out var uploaded))
            return new CacheProblem.NoName();
        else if (served.Uploaded?.Find(uploaded) is { } taken)
            (hashPart, compression) = (taken.Path.Hash, taken.Compression);
        else
            return served.Uploaded?.IsPending(uploaded) == true && HttpMethods.IsHead(context.Request.Method)
                ? null // Nix asks so whether it has to send the archive again.
                : new CacheProblem.NotHere();

        await using var nar = await served.OpenAsync(hashPart, context.RequestAborted).ConfigureAwait(false);
        if (nar is null || (name != default && NarFileName.Of(nar.Info, compression) != name))
            return new CacheProblem.NotHere();
        context.Response.ContentType = "application/x-nix-nar";
        context.Response.Headers.CacheControl = Forever;
        return compression == NarCompression.None
            ? await PlainAsync(context, served, nar).ConfigureAwait(false)
            : await CompressedAsync(context, served, nar, compression).ConfigureAwait(false);
    }

    private static async Task<CacheProblem?> PlainAsync(HttpContext context, ServedStore served, StoreNar nar)
    {
        var (response, size) = (context.Response, nar.Info.NarSizeBytes);
        var tag = new EntityTagHeaderValue($"\"{nar.Info.NarHash.ToNixBase32()}\"");
        response.Headers.ETag = tag.ToString();
        response.Headers.AcceptRanges = "bytes";
        switch (NarSelection.Of(context.Request, tag, size))
        {
            case NarSelection.NotModified:
                return NotModified(response);
            case NarSelection.Unsatisfiable:
                response.Headers.ContentRange = $"bytes */{size}";
                return new CacheProblem.NoSuchPart();
            case NarSelection.Part part:
                response.StatusCode = StatusCodes.Status206PartialContent;
                response.Headers.ContentRange = $"bytes {part.From}-{part.From + part.Count - 1}/{size}";
                await SendAsync(context, served, nar, part.From, part.Count).ConfigureAwait(false);
                return null;
            case NarSelection.Whole:
                await SendAsync(context, served, nar, 0, size).ConfigureAwait(false);
                return null;
            default:
                throw new UnreachableException();
        }
    }

    private static async Task SendAsync(HttpContext context, ServedStore served, StoreNar nar, long from, long count)
    {
        var (response, ct) = (context.Response, context.RequestAborted);
        response.ContentLength = count;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        using var kept = await served.Archives.BringAsync(nar, ct).ConfigureAwait(false);
        // Only once the answer has begun is the pipe's memory the connection's own.
        await response.StartAsync(ct).ConfigureAwait(false);
        if (kept is not null)
            await kept.SendAsync((int)from, (int)count, response.BodyWriter, ct).ConfigureAwait(false);
        else
            await nar.SendAsync(from, count, response.BodyWriter, ct).ConfigureAwait(false);
    }

    /// <summary>How long it will be is known only where it was sent before, and so it has no parts.</summary>
    private static async Task<CacheProblem?> CompressedAsync(
        HttpContext context,
        ServedStore served,
        StoreNar nar,
        NarCompression compression
    )
    {
        var tag = new EntityTagHeaderValue($"\"{nar.Info.NarHash.ToNixBase32()}-{compression}\"", isWeak: true);
        context.Response.Headers.ETag = tag.ToString();
        context.Response.Headers.AcceptRanges = "none";
        if (NarSelection.Of(context.Request, tag, sizeBytes: null) is NarSelection.NotModified)
            return NotModified(context.Response);
        using var kept = served.Archives.Find(nar, compression);
        context.Response.ContentLength = kept?.SizeBytes;
        if (!HttpMethods.IsGet(context.Request.Method))
            return null;
        var (pipe, ct) = (context.Response.BodyWriter, context.RequestAborted);
        if (kept is not null)
            await kept.SendAsync(0, kept.SizeBytes, pipe, ct).ConfigureAwait(false);
        else
            await served.Archives.CompressAsync(nar, compression, pipe, ct).ConfigureAwait(false);
        return null;
    }

    private static CacheProblem? NotModified(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status304NotModified;
        response.ContentType = null;
        return null;
    }
}
