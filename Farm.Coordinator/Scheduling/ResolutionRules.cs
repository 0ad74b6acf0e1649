using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>How steps become concrete whose derivations, or outputs, are only known when their inputs are there.</summary>
internal static class ResolutionRules
{
    /// <summary>Where a step goes when all its inputs are done, or when it may be tried again.</summary>
    public static StepState Ready(StepSpec spec) =>
        spec.BuiltAs is null ? new StepState.Resolving() : new StepState.Runnable();

    /// <summary>All inputs are done: the step is queued, or resolved first.</summary>
    public static void MakeReady(Transition transition, StepNode step) =>
        Ask(transition, transition.Move(step, Ready(step.Spec)));

    /// <summary>Has a step resolved that has just come to wait for that.</summary>
    public static void Ask(Transition transition, StepNode step)
    {
        if (step.State is not StepState.Resolving)
        {
            return;
        }

        var inputs = ImmutableDictionary.CreateBuilder<StorePath, ImmutableSortedDictionary<string, StorePath>>();
        foreach (var number in step.Inputs)
        {
            var input = transition.Step(number).Spec;
            inputs[input.DrvPath] = input.Outputs;
        }

        transition.Emit(
            new SchedulerEffect.ResolveStep(
                step.DrvPath,
                step.Spec.RealisationHash,
                step.Builds,
                inputs.ToImmutable(),
                step.Spec.Mode
            )
        );
    }

    /// <summary>It is known what to build; where that is there already, nothing is built.</summary>
    public static void Resolved(Transition transition, SchedulerEvent.StepResolved resolved)
    {
        if (Find(transition, new(resolved.DrvPath, resolved.Mode)) is not { } step)
        {
            return; // called off meanwhile
        }

        var spec = step.Spec with
        {
            Resolution = resolved.Resolution,
            Outputs = step.Spec.Outputs.SetItems(resolved.Outputs),
        };
        step = step with { Spec = spec };
        transition.SetStep(step);
        if (resolved.IsValid)
        {
            AttemptRules.Complete(transition, step, new StepState.Done(null));
        }
        else if (step.State is StepState.Resolving)
        {
            transition.Move(step, new StepState.Runnable());
        }
        else if (step.State.LiveAttempt is { } attempt)
        {
            // Given back after a restart: a worker that does not have it yet can get it now.
            transition.DesiresChanged(attempt.Worker);
        }
    }

    public static void Unresolvable(Transition transition, SchedulerEvent.StepUnresolvable failed)
    {
        if (Find(transition, new(failed.DrvPath, failed.Mode)) is { State: StepState.Resolving } step)
        {
            AttemptRules.Fail(transition, step, failed.Reason, attempt: null);
        }
    }

    /// <summary>The paths that a build has come to, by output name; null where what the worker says does not name all.</summary>
    public static ImmutableSortedDictionary<string, StorePath>? Realised(StepSpec spec, BuildOutcome.Built built)
    {
        var outputs = spec.Outputs;
        var name = StorePathName.Parse(spec.Name);
        foreach (var output in spec.OpenOutputs.Where(output => !outputs.ContainsKey(output)))
        {
            var expected = StorePathMaker.OutputName(name, output).Text;
            var made = built.Outputs.FirstOrDefault(info => info.Path.Name == expected);
            if (made is null)
            {
                return null;
            }

            outputs = outputs.Add(output, made.Path);
        }

        return outputs;
    }

    private static StepNode? Find(Transition transition, StepKey key) =>
        transition.Number(key) is { } number
        && transition.Step(number) is { State.IsFinal: false, Spec: { NeedsResolution: true, Resolution: null } } step
            ? step
            : null;
}
