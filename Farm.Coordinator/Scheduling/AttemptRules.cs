using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>What the end of an attempt means for its step, for the steps that need it and for the worker.</summary>
internal static class AttemptRules
{
    /// <summary>An attempt that its worker has finished.</summary>
    public static void Finish(Transition transition, StepNode step, Attempt attempt, BuildOutcome outcome)
    {
        switch (outcome)
        {
            case BuildOutcome.Built built:
                BeginToVerify(transition, step, attempt with { Phase = BuildPhase.Finished }, built);
                break;
            case BuildOutcome.InfrastructureFailed failed:
                FailOfInfrastructure(transition, step, attempt, failed);
                break;
            case BuildOutcome.Cancelled:
                var reason = $"worker {attempt.Worker} gave the build up without being told to";
                FailOfInfrastructure(transition, step, attempt, new BuildOutcome.InfrastructureFailed(reason, true));
                break;
            default:
                Release(transition, step, attempt, outcome);
                WorkerHealthRules.WentWell(transition, attempt.Worker);
                Fail(transition, step, OutcomeSentence.Of(outcome), attempt, KindOf(outcome));
                break;
        }
    }

    public static void Verified(Transition transition, SchedulerEvent.OutputsVerified verified)
    {
        if (
            !transition.Workers.TryGetValue(verified.Worker, out var worker)
            || !worker.Attempts.TryGetValue(verified.Attempt, out var number)
            || transition.Step(number) is not { State: StepState.Verifying verifying } step
        )
        {
            return; // called off meanwhile
        }

        if (!verified.Missing.IsEmpty)
        {
            var reason =
                $"worker {verified.Worker} reported success, but '{verified.Missing[0]}' is not in the coordinator's store";
            var failure = new BuildOutcome.InfrastructureFailed(reason, IsTransient: true);
            FailOfInfrastructure(transition, step, verifying.Attempt, failure);
            return;
        }

        Release(transition, step, verifying.Attempt, verifying.Outcome);
        if (verified.Realised is { } realised)
        {
            step = step with { Spec = step.Spec with { Outputs = step.Spec.Outputs.SetItems(realised) } };
        }

        WorkerHealthRules.WentWell(transition, verified.Worker);
        Complete(transition, step, new StepState.Done(verifying.Attempt));
    }

    public static void Unavailable(Transition transition, SchedulerEvent.RequestUnavailable unavailable)
    {
        if (
            transition.Workers.TryGetValue(unavailable.Worker, out var worker)
            && worker.Attempts.TryGetValue(unavailable.Attempt, out var number)
            && transition.Step(number) is { State.LiveAttempt: { } attempt } step
        )
        {
            var failure = new BuildOutcome.InfrastructureFailed(unavailable.Reason, IsTransient: true);
            Release(transition, step, attempt, failure);
            // A resolved derivation that has left the store is made again.
            RetryOrFail(transition, step with { Spec = step.Spec.Unresolved() }, attempt, failure);
        }
    }

    /// <summary>A failure that says nothing of the derivation: tried again later, elsewhere where possible, but not for ever.</summary>
    public static void FailOfInfrastructure(
        Transition transition,
        StepNode step,
        Attempt attempt,
        BuildOutcome.InfrastructureFailed failure
    )
    {
        Release(transition, step, attempt, failure);
        WorkerHealthRules.FailedItself(transition, attempt.Worker);
        var avoiding = failure.IsTransient
            ? step with
            {
                Avoided = step.Avoided.Add(attempt.Worker),
            }
            : step with
            {
                Excluded = step.Excluded.Add(attempt.Worker),
            };
        RetryOrFail(transition, avoiding, attempt, failure);
    }

    /// <summary>The worker is gone for longer than the grace period: no fault of the step, so it runs elsewhere at once.</summary>
    public static void Abandon(Transition transition, StepNode step, Attempt attempt, string reason)
    {
        Release(transition, step, attempt, new BuildOutcome.InfrastructureFailed(reason, IsTransient: true));
        ResolutionRules.MakeReady(transition, step);
    }

    /// <summary>All outputs are there: steps that waited for this one only become runnable.</summary>
    public static void Complete(Transition transition, StepNode step, StepState.Done done)
    {
        if (
            step.State.LiveAttempt is { } attempt
            && transition.Workers[attempt.Worker].Attempts.ContainsKey(attempt.Id)
        )
        {
            Release(transition, step, attempt, new BuildOutcome.Cancelled());
        }

        var completed = transition.Move(step, done);
        foreach (var number in completed.Dependents)
        {
            var dependent = transition.Step(number);
            if (dependent.State is StepState.Waiting waiting)
            {
                if (waiting.OpenInputs == 1)
                {
                    ResolutionRules.MakeReady(transition, dependent);
                }
                else
                {
                    transition.Move(dependent, new StepState.Waiting(waiting.OpenInputs - 1));
                }
            }
        }
    }

    private static FailureKind KindOf(BuildOutcome outcome) =>
        outcome switch
        {
            BuildOutcome.TimedOut => FailureKind.Timeout,
            BuildOutcome.HashMismatch => FailureKind.HashMismatch,
            BuildOutcome.NotDeterministic => FailureKind.NotDeterministic,
            _ => FailureKind.Build,
        };

    /// <summary>The step has failed for good, and with it all that need it.</summary>
    public static void Fail(
        Transition transition,
        StepNode step,
        string reason,
        Attempt? attempt,
        FailureKind kind = FailureKind.Build
    )
    {
        var failed = transition.Move(step, new StepState.Failed(reason, attempt, kind));
        var cut = new Queue<int>(failed.Dependents);
        while (cut.TryDequeue(out var number))
        {
            var dependent = transition.Step(number);
            if (!dependent.State.IsFinal)
            {
                transition.Move(dependent, new StepState.DependencyFailed(failed.DrvPath));
                foreach (var further in dependent.Dependents)
                {
                    cut.Enqueue(further);
                }
            }
        }
    }

    /// <summary>Takes an attempt from its worker, with the slot if it holds one, and records its end.</summary>
    public static void Release(Transition transition, StepNode step, Attempt attempt, BuildOutcome outcome)
    {
        var worker = transition.Workers[attempt.Worker];
        transition.SetWorker(
            worker with
            {
                Attempts = worker.Attempts.Remove(attempt.Id),
                BusySlots = step.State is StepState.Assigned ? worker.BusySlots - 1 : worker.BusySlots,
            }
        );
        if (outcome.Usage is { } used)
        {
            foreach (var build in step.Builds.Select(id => transition.Builds[id]))
            {
                transition.SetBuild(build with { Usage = build.Usage.With(used) });
            }
        }

        transition.Emit(new SchedulerEffect.AttemptEnded(step.DrvPath, attempt, outcome));
        transition.DesiresChanged(attempt.Worker);
    }

    private static void BeginToVerify(Transition transition, StepNode step, Attempt attempt, BuildOutcome.Built outcome)
    {
        if (ResolutionRules.Realised(step.Spec, outcome) is not { } outputs)
        {
            var reason = $"worker {attempt.Worker} reported success, but not what all outputs have come to";
            FailOfInfrastructure(transition, step, attempt, new BuildOutcome.InfrastructureFailed(reason, true));
            return;
        }

        transition.Move(step, new StepState.Verifying(attempt, outcome));
        var worker = transition.Workers[attempt.Worker];
        transition.SetWorker(worker with { BusySlots = worker.BusySlots - 1 });
        transition.Emit(
            new SchedulerEffect.VerifyOutputs(step.DrvPath, attempt, [.. outputs.Values], ToRealise(step, outputs))
        );
    }

    /// <summary>Null where all paths were known beforehand.</summary>
    private static RealisedOutputs? ToRealise(StepNode step, ImmutableSortedDictionary<string, StorePath> outputs)
    {
        var spec = step.Spec;
        var hashes = ((Sha256Digest?[])[spec.RealisationHash, spec.Resolution?.RealisationHash]).OfType<Sha256Digest>();
        return spec.OpenOutputs.IsEmpty ? null : new RealisedOutputs(outputs, [.. hashes.Distinct()], step.Builds);
    }

    private static void RetryOrFail(
        Transition transition,
        StepNode step,
        Attempt attempt,
        BuildOutcome.InfrastructureFailed failure
    )
    {
        var failures = step.InfrastructureFailures + 1;
        var settings = transition.Settings;
        if (failures >= settings.MaxAttempts)
        {
            var reason =
                $"given up after {failures} attempts that failed for reasons of the workers; the last: {failure.Reason}";
            Fail(transition, step, reason, attempt);
        }
        else if (!failure.IsTransient && !IsWorkerLeft(transition, step))
        {
            Fail(transition, step, $"no worker is left that could build it; the last said: {failure.Reason}", attempt);
        }
        else
        {
            var until = transition.Now + Retry.Delay(failures, settings.FirstBackOff, settings.LongestBackOff);
            transition.Move(step with { InfrastructureFailures = failures }, new StepState.BackingOff(until));
        }
    }

    private static bool IsWorkerLeft(Transition transition, StepNode step) =>
        transition.Workers.Values.Any(worker =>
            worker.Link is WorkerLink.Connected
            && !step.Excluded.Contains(worker.Id)
            && Matching.Meets(worker.Capabilities, step.Spec.Requirement)
        );
}
