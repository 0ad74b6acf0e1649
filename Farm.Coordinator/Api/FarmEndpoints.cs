using System.Collections.Immutable;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Farm.Coordinator.Api;

/// <summary><c>/api/status</c>, <c>/api/workers</c>, <c>/api/steps/{drv}</c>.</summary>
internal static class FarmEndpoints
{
    public static void MapFarm(this IEndpointRouteBuilder routes, ApiParts parts)
    {
        routes.MapGet(
            "/api/status",
            (RequestDelegate)(context => context.AnswerJsonAsync(Status(parts), ApiJsonContext.Default.StatusView))
        );
        routes.MapGet(
            "/api/workers",
            (RequestDelegate)(
                context =>
                    context.AnswerJsonAsync(
                        Workers(parts.Snapshot.State),
                        ApiJsonContext.Default.ImmutableArrayWorkerView
                    )
            )
        );
        routes.MapGet("/api/steps/{drv}", (RequestDelegate)(context => StepAsync(context, parts)));
    }

    private static StatusView Status(ApiParts parts)
    {
        var state = parts.Snapshot.State;
        var connected = state.Workers.Values.Where(worker => worker.Link is WorkerLink.Connected).ToArray();
        return new StatusView(
            parts.Identity,
            parts.StoreDir,
            parts.StartedAt,
            connected.Length,
            connected.Sum(worker => worker.Capabilities.Slots),
            connected.Sum(worker => worker.BusySlots),
            state.Counts,
            [
                .. state
                    .Builds.Values.OrderByDescending(build => build.Priority)
                    .ThenBy(build => build.Id)
                    .Select(build => Views.Summary(state, build)),
            ],
            [.. state.Workers.Values.SelectMany(worker => Views.Worker(state, worker).Running)],
            parts.StoreRoot,
            parts.Fetchings.Views()
        );
    }

    private static ImmutableArray<WorkerView> Workers(SchedulerState state) =>
        [.. state.Workers.Values.Select(worker => Views.Worker(state, worker))];

    private static async Task StepAsync(HttpContext context, ApiParts parts)
    {
        var ct = context.RequestAborted;
        if (!context.TryGetDrvPath(out var drvPath, out var problem))
        {
            await context.AnswerAsync(problem).ConfigureAwait(false);
            return;
        }

        var state = parts.Snapshot.State;
        var attempts = await parts.History.AttemptsAsync(drvPath, ct).ConfigureAwait(false);
        ImmutableArray<AttemptView> views = [.. attempts.Select(row => View(row, state.Find(drvPath), parts))];
        if (state.Find(drvPath) is { } step)
        {
            await context
                .AnswerJsonAsync(Live(state, step, views), ApiJsonContext.Default.StepView)
                .ConfigureAwait(false);
        }
        else if (await parts.History.StepAsync(drvPath, ct).ConfigureAwait(false) is { } row)
        {
            await context.AnswerJsonAsync(Past(row, views), ApiJsonContext.Default.StepView).ConfigureAwait(false);
        }
        else if (parts.Fetchings.Find(drvPath) is { } fetch)
        {
            await context.AnswerAsync(new Problem.StillFetching(drvPath, fetch)).ConfigureAwait(false);
        }
        else
        {
            await context.AnswerAsync(new Problem.NoSuchStep(drvPath)).ConfigureAwait(false);
        }
    }

    private static StepView Live(SchedulerState state, StepNode step, ImmutableArray<AttemptView> attempts)
    {
        var explanation = Explanations.Explain(state, step);
        return new StepView(
            step.DrvPath,
            step.Spec.Name,
            step.Spec.Requirement.System,
            [.. step.Spec.Requirement.Features],
            step.Spec.Outputs,
            Views.Status(step.State),
            explanation.ToString(),
            [.. step.Inputs.Select(input => Views.Summary(state.Step(input)))],
            [.. step.Builds],
            attempts,
            explanation
                is StepExplanation.NoWorkerWithSystem
                    or StepExplanation.NoWorkerWithFeatures
                    or StepExplanation.WorkersDisconnected
                    or StepExplanation.WorkersQuarantined
        );
    }

    /// <summary>A step that no unfinished build wants.</summary>
    private static StepView Past(StepRow row, ImmutableArray<AttemptView> attempts)
    {
        AttemptId? last = attempts.IsEmpty ? null : attempts[^1].Id;
        StepStatus status = row switch
        {
            { State: "done" } => new StepStatus.Done(last),
            { Failure: { } failure } => new StepStatus.Failed(failure.Reason, last, failure.Kind),
            _ => new StepStatus.Runnable(null),
        };
        var explanation = row switch
        {
            { State: "done" } => "done",
            { Failure.Reason: { Length: > 0 } reason } => reason,
            { Failure: not null } => "failed",
            _ => "no unfinished build wants it",
        };
        return new StepView(
            row.DrvPath,
            row.Name,
            row.System,
            row.Features,
            row.Outputs,
            status,
            explanation,
            [],
            [],
            attempts
        );
    }

    private static DifferenceView Difference(BuildOutcome.NotDeterministic different) =>
        new(
            different.Output,
            different.RecordedHash?.ToString(),
            different.BuiltHash?.ToString(),
            different.KeptOutput
        );

    private static AttemptView View(AttemptRow row, StepNode? step, ApiParts parts)
    {
        var phase =
            row.FinishedAt is not null ? BuildPhase.Finished
            : step?.State.LiveAttempt is { } live && live.Id == row.Id ? live.Phase
            : BuildPhase.Offered;
        return new AttemptView(
            row.Id,
            row.Epoch,
            row.Worker,
            phase,
            row.StartedAt,
            row.FinishedAt,
            row.Outcome is { } outcome ? OutcomeSentence.Of(outcome) : null,
            parts.Logs.Length(row.Id),
            row.Outcome?.Usage,
            row.Outcome?.KeptDirectory,
            row.Outcome is BuildOutcome.NotDeterministic different ? Difference(different) : null
        );
    }
}
