using System.Text.Json;
using System.Threading.Channels;
using Farm.Store;
using Farm.Store.Collector;
using Farm.Store.Local;
using Farm.Store.Roots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Farm.Http;

/// <summary>Work on the whole store of a running node.</summary>
/// <remarks>
/// <c>POST /api/store/gc</c>: body is <see cref="CollectQuestion"/>; the answer is one <see cref="CollectLine"/> of JSON a line, the last with the
/// report or the failure. <c>GET /api/store/roots</c>: a JSON array of <see cref="RootAnswer"/>.
/// </remarks>
public static class StoreAdminEndpoints
{
    private const int MostLinesAhead = 64;
    private static readonly byte[] s_lineBreak = "\n"u8.ToArray();

    public static IEndpointRouteBuilder MapStoreAdmin(
        this IEndpointRouteBuilder endpoints,
        LocalStore store,
        TimeProvider clock
    )
    {
        endpoints.MapPost("/api/store/gc", (RequestDelegate)(context => CollectAsync(context, store, clock)));
        endpoints.MapGet("/api/store/roots", (RequestDelegate)(context => RootsAsync(context, store)));
        return endpoints;
    }

    private static async Task CollectAsync(HttpContext context, LocalStore store, TimeProvider clock)
    {
        var ct = context.RequestAborted;
        if (await ReadAsync(context, clock).ConfigureAwait(false) is not { } request)
        {
            await context
                .Response.AnswerAsync(400, "The body must be JSON with an action: collect, dead or live.", ct)
                .ConfigureAwait(false);
            return;
        }
        context.Response.ContentType = "application/x-ndjson";
        // A slow reader loses progress, not time of the collector.
        var lines = Channel.CreateBounded<CollectLine>(
            new BoundedChannelOptions(MostLinesAhead) { FullMode = BoundedChannelFullMode.DropOldest }
        );
        var collecting = RunAsync(store, request, lines.Writer, ct);
        await foreach (var line in lines.Reader.ReadAllAsync(ct).ConfigureAwait(false))
            await WriteAsync(context, line, ct).ConfigureAwait(false);
        await WriteAsync(context, await collecting.ConfigureAwait(false), ct).ConfigureAwait(false);
    }

    private static async Task<CollectLine> RunAsync(
        LocalStore store,
        CollectRequest request,
        ChannelWriter<CollectLine> lines,
        CancellationToken ct
    )
    {
        try
        {
            var report = await new GarbageCollector(store, store.Collector)
                .CollectAsync(request, new Told(lines), ct)
                .ConfigureAwait(false);
            return new(
                Report: new(
                    report.DeletedPaths,
                    report.DeletedLeftovers,
                    report.FreedBytes,
                    report.Links?.RemovedLinks ?? 0,
                    report.Links?.SavedBytes ?? 0,
                    [.. report.Listed.Select(store.StoreDir.Print)]
                )
            );
        }
        catch (StoreException failure)
        {
            return new(Error: failure.Message);
        }
        finally
        {
            lines.Complete();
        }
    }

    private sealed class Told(ChannelWriter<CollectLine> lines) : IProgress<CollectProgress>
    {
        public void Report(CollectProgress value) =>
            lines.TryWrite(
                new(
                    value switch
                    {
                        CollectProgress.Found found => new CollectStep("found", found.DeadPaths),
                        CollectProgress.Deleted deleted => new(
                            "deleting",
                            deleted.Done,
                            deleted.Total,
                            deleted.FreedBytes
                        ),
                        CollectProgress.Sweeping sweeping => new("sweeping", sweeping.Done, sweeping.Total),
                        _ => new("searching"),
                    }
                )
            );
    }

    private static async Task<CollectRequest?> ReadAsync(HttpContext context, TimeProvider clock)
    {
        try
        {
            var question = await JsonSerializer
                .DeserializeAsync(
                    context.Request.Body,
                    StoreJsonContext.Default.CollectQuestion,
                    context.RequestAborted
                )
                .ConfigureAwait(false);
            DateTimeOffset? before = question?.OlderThanSeconds is { } age
                ? clock.GetUtcNow() - TimeSpan.FromSeconds(age)
                : null;
            return question?.Action switch
            {
                "collect" => new CollectRequest.Collect(question.MaxFreedBytes, before),
                "dead" => new CollectRequest.QueryDead(before),
                "live" => new CollectRequest.QueryLive(),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

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

    private static async Task WriteAsync(HttpContext context, CollectLine line, CancellationToken ct)
    {
        await JsonSerializer
            .SerializeAsync(context.Response.Body, line, StoreJsonContext.Default.CollectLine, ct)
            .ConfigureAwait(false);
        await context.Response.Body.WriteAsync(s_lineBreak, ct).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(ct).ConfigureAwait(false);
    }
}
