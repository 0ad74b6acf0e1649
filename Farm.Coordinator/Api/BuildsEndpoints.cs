using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Farm.Coordinator.Actors;
using Farm.Coordinator.Planning;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Derivations;
using Farm.Store.Roots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Farm.Coordinator.Api;

/// <summary><c>/api/builds</c>: submit, list, look, follow, cancel.</summary>
internal static class BuildsEndpoints
{
    /// <summary>Most roots of one build.</summary>
    private const int MaxRoots = 100_000;

    /// <summary>Finished builds in the list.</summary>
    private const int ListedBuilds = 100;

    private static readonly TimeSpan DecisionTimeout = TimeSpan.FromSeconds(60);

    // An empty line tells a client, and a proxy between, that the stream lives.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public static void MapBuilds(this IEndpointRouteBuilder routes, ApiParts parts)
    {
        routes.MapPost("/api/builds", (RequestDelegate)(context => SubmitAsync(context, parts)));
        routes.MapGet("/api/builds", (RequestDelegate)(context => ListAsync(context, parts)));
        routes.MapGet("/api/builds/{id}", (RequestDelegate)(context => LookAsync(context, parts)));
        routes.MapGet("/api/builds/{id}/events", (RequestDelegate)(context => FollowAsync(context, parts)));
        routes.MapDelete("/api/builds/{id}", (RequestDelegate)(context => CancelAsync(context, parts)));
    }

    private static async Task SubmitAsync(HttpContext context, ApiParts parts)
    {
        var ct = context.RequestAborted;
        SubmitBuild submit;
        try
        {
            submit =
                await JsonSerializer
                    .DeserializeAsync(context.Request.Body, ApiJsonContext.Default.SubmitBuild, ct)
                    .ConfigureAwait(false)
                ?? throw new JsonException("the body is null");
        }
        catch (JsonException cause)
        {
            await context.AnswerAsync(new Problem.BadRequest(cause.Message)).ConfigureAwait(false);
            return;
        }

        if (Refusal(submit) is { } refusal)
        {
            await context.AnswerAsync(new Problem.BadRequest(refusal)).ConfigureAwait(false);
            return;
        }

        // Until the build's own roots are there; a build that is slow to begin may come to them later.
        var holds = new StoreHolds(parts.TempRoots);
        var fetching = parts.Fetchings.Begin(submit.Roots);
        var answer = new SubmitAnswer(context, fetching);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, parts.Stopping);
        try
        {
            var planning = parts.Planner.PlanAsync(submit.Roots, submit.Mode, holds, fetching, ending.Token);
            try
            {
                await answer.FollowAsync(planning, ending.Token).ConfigureAwait(false);
            }
            catch
            {
                // Who asked is gone; what was begun ends before the holds do.
                await ending.CancelAsync().ConfigureAwait(false);
                await ((Task)planning).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            var plan = await planning.ConfigureAwait(false);
            ending.Token.ThrowIfCancellationRequested();
            if (WithoutWorker(plan, parts.Snapshot.State) is { } without)
            {
                await answer.RefusedAsync(new Problem.Unbuildable(without)).ConfigureAwait(false);
                return;
            }

            var options = new BuildOptions(
                Seconds(submit.TimeoutSeconds),
                Seconds(submit.MaxSilentSeconds),
                submit.MaxLogBytes
            )
            {
                KeepsFailed = submit.KeepFailed,
                Mode = submit.Mode,
            };
            var view = await parts
                .Scheduler.Ask<BuildView>(
                    new SchedulerMessage.AddBuild(plan, submit.Priority, options),
                    DecisionTimeout
                )
                .ConfigureAwait(false);
            if (ct.IsCancellationRequested)
            {
                // Who asked is gone and will never hear the number, so nobody could want it or cancel it.
                await parts
                    .Scheduler.Ask<SchedulerMessage.Cancelled>(
                        new SchedulerMessage.CancelBuild(view.Id),
                        DecisionTimeout
                    )
                    .ConfigureAwait(false);
                return;
            }

            holds.Dispose();
            await answer.SubmittedAsync(view).ConfigureAwait(false);
        }
        catch (PlanException cause)
        {
            await answer.RefusedAsync(new Problem.Unbuildable(cause.Message)).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            await answer.RefusedAsync(new Problem.Busy()).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested && ending.IsCancellationRequested)
        {
            await answer.RefusedAsync(new Problem.Ending()).ConfigureAwait(false);
        }
        finally
        {
            parts.Fetchings.End(fetching);
            parts.Leases.Keep(holds);
        }
    }

    /// <summary>One sentence where a step asks for recursive Nix and no worker has it: that is enabled on purpose, and not waited for.</summary>
    private static string? WithoutWorker(BuildPlan plan, SchedulerState state)
    {
        const string feature = RecursiveNixFeature.Name;
        var step = plan.Steps.FirstOrDefault(step => !step.IsValid && step.Requirement.Features.Contains(feature));
        return step is null || state.Workers.Values.Any(worker => Matching.HasFeature(worker.Capabilities, feature))
            ? null
            : $"the derivation '{step.DrvPath}' requires '{feature}', {RecursiveNixFeature.WhyNot}";
    }

    private static string? Refusal(SubmitBuild submit) =>
        submit.Roots.IsDefaultOrEmpty ? "a build needs at least one derivation in 'roots'"
        : submit.Roots.Length > MaxRoots ? $"a build has at most {MaxRoots} roots, this one has {submit.Roots.Length}"
        : submit.TimeoutSeconds is { } timeout && !IsLimit(timeout) ? $"timeoutSeconds is {timeout}: it must be above 0"
        : submit.MaxSilentSeconds is { } silent && !IsLimit(silent)
            ? $"maxSilentSeconds is {silent}: it must be above 0"
        : !Enum.IsDefined(submit.Mode)
            ? $"mode is {(int)submit.Mode}: it must be one of {string.Join(", ", Enum.GetNames<BuildMode>())}"
        : submit.MaxLogBytes <= 0 ? $"maxLogBytes is {submit.MaxLogBytes}: it must be above 0"
        : null;

    private static bool IsLimit(double seconds) => seconds > 0 && seconds < TimeSpan.FromDays(3650).TotalSeconds;

    private static TimeSpan? Seconds(double? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;

    private static async Task ListAsync(HttpContext context, ApiParts parts)
    {
        var state = parts.Snapshot.State;
        var finished = await parts
            .History.FinishedBuildsAsync(ListedBuilds, context.RequestAborted)
            .ConfigureAwait(false);
        var live = state.Builds.Values.Reverse().Select(build => Views.Summary(state, build)).ToArray();
        var over = finished
            .Where(build => !state.Builds.ContainsKey(build.Id))
            .Select(build => new BuildSummary(
                build.Id,
                build.State,
                build.Priority,
                build.CreatedAt,
                build.FinishedAt,
                [.. build.Roots.Select(root => root.DrvPath)],
                build.Counts,
                build.Usage
            ));
        await context
            .AnswerJsonAsync([.. live, .. over], ApiJsonContext.Default.ImmutableArrayBuildSummary)
            .ConfigureAwait(false);
    }

    private static async Task LookAsync(HttpContext context, ApiParts parts)
    {
        if (!context.TryGetBuild(out var id, out var problem))
        {
            await context.AnswerAsync(problem).ConfigureAwait(false);
        }
        else if (await FindAsync(parts, id, context.RequestAborted).ConfigureAwait(false) is { } view)
        {
            await context.AnswerJsonAsync(view, ApiJsonContext.Default.BuildView).ConfigureAwait(false);
        }
        else
        {
            await context.AnswerAsync(new Problem.NoSuchBuild(id)).ConfigureAwait(false);
        }
    }

    private static async Task<BuildView?> FindAsync(ApiParts parts, BuildId id, CancellationToken ct)
    {
        var state = parts.Snapshot.State;
        return state.Builds.TryGetValue(id, out var build)
            ? Views.Build(state, build)
            : await parts.History.FinishedBuildAsync(id, ct).ConfigureAwait(false);
    }

    private static async Task CancelAsync(HttpContext context, ApiParts parts)
    {
        if (!context.TryGetBuild(out var id, out var problem))
        {
            await context.AnswerAsync(problem).ConfigureAwait(false);
            return;
        }

        try
        {
            await parts
                .Scheduler.Ask<SchedulerMessage.Cancelled>(new SchedulerMessage.CancelBuild(id), DecisionTimeout)
                .ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            await context.AnswerAsync(new Problem.Busy()).ConfigureAwait(false);
            return;
        }

        // A build that was over stays as it is, and is shown so.
        await LookAsync(context, parts).ConfigureAwait(false);
    }

    private static async Task FollowAsync(HttpContext context, ApiParts parts)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, parts.Stopping);
        var ct = ending.Token;
        if (!context.TryGetBuild(out var id, out var problem))
        {
            await context.AnswerAsync(problem).ConfigureAwait(false);
            return;
        }

        var channel = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
        var (writer, scheduler, wish) = (channel.Writer, parts.Scheduler, new SchedulerMessage.FollowBuild(id));
        var follower = parts.Actors.ActorOf(Props.Create(() => new FollowingActor<object>(writer, scheduler, wish)));
        try
        {
            if (await channel.Reader.ReadAsync(ct).ConfigureAwait(false) is not BuildEvent.Snapshot snapshot)
            {
                await AnswerOverAsync(context, parts, id).ConfigureAwait(false);
                return;
            }

            context.Response.ContentType = "application/x-ndjson";
            Write(context, snapshot);
            await context.Response.BodyWriter.FlushAsync(ct).ConfigureAwait(false);
            await CopyAsync(context, channel.Reader, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (parts.Stopping.IsCancellationRequested)
        {
            // The stream ends without its last line, so that the client asks again.
        }
        finally
        {
            parts.Actors.Stop(follower);
        }
    }

    private static async Task CopyAsync(HttpContext context, ChannelReader<object> events, CancellationToken ct)
    {
        var more = events.WaitToReadAsync(ct).AsTask();
        var pause = Task.Delay(KeepAlive, ct);
        while (true)
        {
            if (await Task.WhenAny(more, pause).ConfigureAwait(false) != more)
            {
                context.Response.BodyWriter.Write("\n"u8);
                await context.Response.BodyWriter.FlushAsync(ct).ConfigureAwait(false);
                pause = Task.Delay(KeepAlive, ct);
                continue;
            }

            if (!await more.ConfigureAwait(false))
            {
                return; // the coordinator ends
            }

            // What has come together is sent together.
            var isOver = false;
            while (!isOver && events.TryRead(out var told))
            {
                if (told is BuildEvent happened)
                {
                    Write(context, happened);
                    isOver = happened is BuildEvent.Ended;
                }
            }

            await context.Response.BodyWriter.FlushAsync(ct).ConfigureAwait(false);
            if (isOver)
            {
                return;
            }

            more = events.WaitToReadAsync(ct).AsTask();
        }
    }

    private static async Task AnswerOverAsync(HttpContext context, ApiParts parts, BuildId id)
    {
        var ct = context.RequestAborted;
        if (await parts.History.FinishedBuildAsync(id, ct).ConfigureAwait(false) is not { } view)
        {
            await context.AnswerAsync(new Problem.NoSuchBuild(id)).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/x-ndjson";
        Write(context, new BuildEvent.Snapshot(view));
        Write(context, new BuildEvent.Ended(view));
        await context.Response.BodyWriter.FlushAsync(ct).ConfigureAwait(false);
    }

    private static void Write(HttpContext context, BuildEvent happened)
    {
        context.Response.BodyWriter.Write(
            JsonSerializer.SerializeToUtf8Bytes(happened, ApiJsonContext.Default.BuildEvent)
        );
        context.Response.BodyWriter.Write("\n"u8);
    }
}
