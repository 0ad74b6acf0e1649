using System.IO.Pipelines;
using System.Text.Json;
using Farm.Store;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Farm.Http;

/// <summary>Paths brought to a store: what it lacks can be asked, and each is sent in one request.</summary>
/// <remarks>
/// <c>PUT /upload/&lt;base name&gt;</c>: body is <see cref="UploadHeader"/>, then the NAR. 201 added, 200 was valid before, 409 a reference
/// is not valid, 422 the contents do not match. With <c>?repair</c> a path that is valid and damaged is exchanged, if the NAR has the
/// recorded hash. <c>POST /api/store/missing</c>: a JSON array of base names, answered with
/// those that are not valid.
/// </remarks>
public static class UploadEndpoints
{
    /// <summary>Most names that one question may hold.</summary>
    public const int MaxNames = 100_000;

    /// <summary>What comes after the name where a damaged path is to be exchanged.</summary>
    internal const string Repairing = "?repair";

    /// <param name="store">Where the paths go.</param>
    /// <param name="leases">Keeps what was brought, and what was asked for, until its sender has done what it wants it for.</param>
    public static IEndpointRouteBuilder MapUploads(
        this IEndpointRouteBuilder endpoints,
        IStore store,
        HoldLeases leases
    )
    {
        endpoints.MapPut(
            "/upload/{baseName}",
            (RequestDelegate)(context => Guarded(context, () => UploadAsync(context, store, leases)))
        );
        endpoints.MapPost(
            "/api/store/missing",
            (RequestDelegate)(context => Guarded(context, () => MissingAsync(context, store, leases)))
        );
        return endpoints;
    }

    private static async Task UploadAsync(HttpContext context, IStore store, HoldLeases leases)
    {
        var ct = context.RequestAborted;
        var path = StorePath.Parse(context.Request.RouteValues["baseName"] as string ?? "");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null; // The announced NAR size bounds it.
        var info = await UploadHeader.ReadAsync(store.StoreDir, context.Request.BodyReader, ct).ConfigureAwait(false);
        if (info.Path != path)
            throw new NixFormatException($"the request is for '{path}' but its header describes '{info.Path}'");
        await leases.HoldAsync([path], ct).ConfigureAwait(false);
        if (await store.QueryAsync(path, ct).ConfigureAwait(false) is { } recorded)
        {
            var isExchanged =
                store is LocalStore local
                && context.Request.QueryString.Value == Repairing
                && await ExchangeAsync(local, recorded, context.Request.BodyReader, ct).ConfigureAwait(false);
            var sentence = isExchanged ? $"'{path}' was exchanged." : $"'{path}' was valid before.";
            await context.Response.AnswerAsync(StatusCodes.Status200OK, sentence, ct).ConfigureAwait(false);
            return;
        }

        await store
            .AddFromNarAsync(info, context.Request.BodyReader.AsStream(leaveOpen: true), ct)
            .ConfigureAwait(false);
        await context
            .Response.AnswerAsync(StatusCodes.Status201Created, $"'{path}' was added.", ct)
            .ConfigureAwait(false);
    }

    /// <summary>Answers false where the path is well, and nothing is to be exchanged.</summary>
    private static async Task<bool> ExchangeAsync(
        LocalStore store,
        PathInfo recorded,
        PipeReader nar,
        CancellationToken ct
    )
    {
        if (await store.IsIntactAsync(recorded.Path, ct).ConfigureAwait(false))
            return false;
        return await PathReplacement
            .FromNarAsync(store, recorded, (to, stop) => nar.CopyToAsync(to, stop), ct)
            .ConfigureAwait(false);
    }

    private static async Task MissingAsync(HttpContext context, IStore store, HoldLeases leases)
    {
        var ct = context.RequestAborted;
        var names =
            await JsonSerializer
                .DeserializeAsync(context.Request.Body, StoreJsonContext.Default.StringArray, ct)
                .ConfigureAwait(false)
            ?? [];
        if (names.Length > MaxNames)
            throw new NixFormatException(
                $"{names.Length} names in one question are more than {MaxNames}; ask in parts"
            );
        var paths = names.Select(StorePath.Parse).ToHashSet();
        await leases.HoldAsync(paths, ct).ConfigureAwait(false);
        var valid = await store.ValidAsync(paths, ct).ConfigureAwait(false);
        string[] missing = [.. paths.Where(path => !valid.Contains(path)).Order().Select(path => path.ToString())];
        context.Response.ContentType = "application/json";
        await JsonSerializer
            .SerializeAsync(context.Response.Body, missing, StoreJsonContext.Default.StringArray, ct)
            .ConfigureAwait(false);
    }

    /// <summary>The edge of a request: what is refused becomes a status and one sentence.</summary>
    private static async Task Guarded(HttpContext context, Func<Task> handle)
    {
        try
        {
            await handle().ConfigureAwait(false);
        }
        catch (StoreException refused)
        {
            await context
                .Response.AnswerAsync(StoreStatus.Of(refused), refused.Message, context.RequestAborted)
                .ConfigureAwait(false);
        }
        catch (Exception malformed) when (malformed is NixFormatException or JsonException)
        {
            await context.Response.AnswerAsync(400, malformed.Message, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
