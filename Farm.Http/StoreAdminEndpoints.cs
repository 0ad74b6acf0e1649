using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Farm.Store.Collector;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Optimising;
using Farm.Store.Roots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Farm.Http;

/// <summary>Work on the whole store of a running node.</summary>
/// <remarks>
/// <c>POST /api/store/gc</c>: body is <see cref="CollectQuestion"/>; <c>POST /api/store/verify</c>: body is <see cref="VerifyQuestion"/>;
/// <c>POST /api/store/optimise</c>: no body. Each is answered with one <see cref="NodeLine{TReport}"/> of JSON a line, the last with the
/// report or the failure. <c>GET /api/store/roots</c>: a JSON array of <see cref="RootAnswer"/>.
/// </remarks>
public static class StoreAdminEndpoints
{
    public static IEndpointRouteBuilder MapStoreAdmin(
        this IEndpointRouteBuilder endpoints,
        LocalStore store,
        TimeProvider clock
    )
    {
        endpoints.MapPost("/api/store/gc", (RequestDelegate)(context => CollectAsync(context, store, clock)));
        endpoints.MapPost("/api/store/optimise", (RequestDelegate)(context => OptimiseAsync(context, store)));
        endpoints.MapPost("/api/store/verify", (RequestDelegate)(context => VerifyAsync(context, store)));
        endpoints.MapGet("/api/store/roots", (RequestDelegate)(context => RootsAsync(context, store)));
        return endpoints;
    }

    private static async Task CollectAsync(HttpContext context, LocalStore store, TimeProvider clock)
    {
        var question = await ReadAsync(context, StoreJsonContext.Default.CollectQuestion).ConfigureAwait(false);
        if (question is null || RequestOf(question, clock) is not { } request)
        {
            await RefuseAsync(context, "The body must be JSON with an action: collect, dead or live.")
                .ConfigureAwait(false);
            return;
        }
        var answer = new NodeAnswer<CollectAnswer>(context, StoreJsonContext.Default.NodeLineCollectAnswer);
        await answer
            .GiveAsync(
                async (told, ct) =>
                {
                    var report = await new GarbageCollector(store, store.Collector)
                        .CollectAsync(request, told.From<CollectProgress>(StepOf), ct)
                        .ConfigureAwait(false);
                    return new(
                        report.DeletedPaths,
                        report.DeletedLeftovers,
                        report.FreedBytes,
                        report.Links?.RemovedLinks ?? 0,
                        report.Links?.SavedBytes ?? 0,
                        [.. report.Listed.Select(store.StoreDir.Print)]
                    );
                }
            )
            .ConfigureAwait(false);
    }

    private static Task OptimiseAsync(HttpContext context, LocalStore store) =>
        new NodeAnswer<OptimiseAnswer>(context, StoreJsonContext.Default.NodeLineOptimiseAnswer).GiveAsync(
            async (told, ct) =>
            {
                var progress = told.From<OptimiseProgress>(at =>
                    new("optimising", at.PathsDone, at.PathsTotal, at.BytesHashed)
                );
                return OptimiseAnswer.Of(
                    await new StoreOptimiser(store).OptimiseAsync(progress, ct).ConfigureAwait(false)
                );
            }
        );

    private static async Task VerifyAsync(HttpContext context, LocalStore store)
    {
        if (await ReadAsync(context, StoreJsonContext.Default.VerifyQuestion).ConfigureAwait(false) is not { } question)
        {
            await RefuseAsync(context, "The body must be JSON, such as {\"checkContents\": true}.")
                .ConfigureAwait(false);
            return;
        }
        var answer = new NodeAnswer<VerifyAnswer>(context, StoreJsonContext.Default.NodeLineVerifyAnswer);
        await answer
            .GiveAsync(
                async (told, ct) =>
                {
                    var progress = told.From<VerifyProgress>(at =>
                        new("checking", at.PathsDone, at.PathsTotal, at.BytesDone)
                    );
                    var report = await new StoreVerifier(store)
                        .VerifyAsync(new VerifyOptions(question.CheckContents), progress, ct)
                        .ConfigureAwait(false);
                    return VerifyAnswer.From(store.StoreDir, report);
                }
            )
            .ConfigureAwait(false);
    }

    private static NodeStep StepOf(CollectProgress progress) =>
        progress switch
        {
            CollectProgress.Found found => new("found", found.DeadPaths),
            CollectProgress.Deleted deleted => new("deleting", deleted.Done, deleted.Total, deleted.FreedBytes),
            CollectProgress.Sweeping sweeping => new("sweeping", sweeping.Done, sweeping.Total),
            _ => new("searching"),
        };

    private static CollectRequest? RequestOf(CollectQuestion question, TimeProvider clock)
    {
        DateTimeOffset? before = question.OlderThanSeconds is { } age
            ? clock.GetUtcNow() - TimeSpan.FromSeconds(age)
            : null;
        return question.Action switch
        {
            "collect" => new CollectRequest.Collect(question.MaxFreedBytes, before),
            "dead" => new CollectRequest.QueryDead(before),
            "live" => new CollectRequest.QueryLive(),
            _ => null,
        };
    }

    /// <summary>The body; null where it is no such JSON.</summary>
    private static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return await JsonSerializer
                .DeserializeAsync(context.Request.Body, type, context.RequestAborted)
                .ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task RefuseAsync(HttpContext context, string reason) =>
        context.Response.AnswerAsync(StatusCodes.Status400BadRequest, reason, context.RequestAborted);

    private static async Task RootsAsync(HttpContext context, LocalStore store)
    {
        var ct = context.RequestAborted;
        var roots = await StoreRoots.FindAsync(store, includeRuntime: true, ct).ConfigureAwait(false);
        RootAnswer[] answers =
        [
            .. roots.Select(root => new RootAnswer(root.Reason, store.StoreDir.Print(root.Path), root.Kind.ToString())),
        ];
        context.Response.ContentType = "application/json";
        await JsonSerializer
            .SerializeAsync(context.Response.Body, answers, StoreJsonContext.Default.RootAnswerArray, ct)
            .ConfigureAwait(false);
    }
}
