using System.Collections.Immutable;
using Farm.Protocol;

namespace Farm.Coordinator.Scheduling;

/// <summary>How workers come, report and go.</summary>
internal static class WorkerRules
{
    /// <summary>A session begins: attempts that the worker still has are adopted, those that it lost are tried again.</summary>
    public static void Connect(Transition transition, SchedulerEvent.WorkerConnected connected)
    {
        var link = new WorkerLink.Connected(connected.Session, transition.Now);
        var worker = transition.Workers.TryGetValue(connected.Worker, out var known)
            ? known with
            {
                Link = link,
                Capabilities = connected.Capabilities,
                CacheUrl = connected.CacheUrl,
            }
            : New(connected.Worker, connected.Capabilities, connected.CacheUrl, link);
        transition.SetWorker(worker);
        foreach (var number in worker.Attempts.Values)
        {
            var step = transition.Step(number);
            if (step.State is StepState.Assigned { Attempt: var attempt })
            {
                // The time without connection does not count against the phase.
                var adopted = new StepState.Assigned(attempt with { PhaseSince = transition.Now });
                transition.SetStep(step with { State = adopted });
            }
        }

        Take(transition, worker.Id, connected.Attempts);
        transition.DesiresChanged(worker.Id);
    }

    public static void Report(Transition transition, SchedulerEvent.WorkerReported reported)
    {
        if (IsCurrent(transition, reported.Worker, reported.Session))
        {
            Take(transition, reported.Worker, reported.Attempts);
        }
    }

    public static void Disconnect(Transition transition, SchedulerEvent.WorkerDisconnected disconnected)
    {
        if (IsCurrent(transition, disconnected.Worker, disconnected.Session))
        {
            var worker = transition.Workers[disconnected.Worker];
            var graceEnds = transition.Now + transition.Settings.Grace;
            transition.SetWorker(worker with { Link = new WorkerLink.Disconnected(transition.Now, graceEnds) });
        }
    }

    public static WorkerNode New(WorkerId id, WorkerCapabilities capabilities, Uri? cacheUrl, WorkerLink link) =>
        new(
            id,
            capabilities,
            cacheUrl,
            link,
            new WorkerHealth.Healthy(0),
            ImmutableSortedDictionary<AttemptId, int>.Empty,
            BusySlots: 0
        );

    private static bool IsCurrent(Transition transition, WorkerId worker, long session) =>
        transition.Workers.TryGetValue(worker, out var node)
        && node.Link is WorkerLink.Connected connected
        && connected.Session == session;

    private static void Take(Transition transition, WorkerId id, ImmutableArray<AttemptReport> reports)
    {
        var reported = new HashSet<AttemptId>(reports.Length);
        foreach (var report in reports)
        {
            reported.Add(report.Attempt);
            if (
                transition.Workers[id].Attempts.TryGetValue(report.Attempt, out var number)
                && transition.Step(number) is { State.LiveAttempt: { } attempt } step
                && attempt.Epoch == report.Epoch
            )
            {
                if (step.State is StepState.Assigned)
                {
                    Progress(transition, step, attempt, report);
                }
            }
            else
            {
                transition.DesiresChanged(id); // superseded or called off: the worker learns it from its desired state
            }
        }

        foreach (var (attemptId, number) in transition.Workers[id].Attempts)
        {
            var step = transition.Step(number);
            if (
                step.State is StepState.Assigned { Attempt: { Phase: not BuildPhase.Offered } attempt }
                && !reported.Contains(attemptId)
            )
            {
                var reason = $"worker {id} no longer has the attempt that it had accepted";
                var failure = new BuildOutcome.InfrastructureFailed(reason, IsTransient: true);
                AttemptRules.FailOfInfrastructure(transition, step, attempt, failure);
            }
        }
    }

    private static void Progress(Transition transition, StepNode step, Attempt attempt, AttemptReport report)
    {
        if (report.Outcome is { } outcome)
        {
            AttemptRules.Finish(transition, step, attempt, outcome);
        }
        else if (report.Phase > attempt.Phase)
        {
            var further = attempt with { Phase = report.Phase, PhaseSince = transition.Now };
            transition.Move(step, new StepState.Assigned(further));
            if (attempt.Phase == BuildPhase.Offered)
            {
                transition.DesiresChanged(attempt.Worker); // the request need not be sent again
            }
        }
    }
}
