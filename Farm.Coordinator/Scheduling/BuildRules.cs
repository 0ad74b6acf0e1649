using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Protocol.Api;

namespace Farm.Coordinator.Scheduling;

/// <summary>How builds come and go.</summary>
internal static class BuildRules
{
    /// <summary>Adds the steps that are new, joins those that other builds want already.</summary>
    public static void Queue(Transition transition, SchedulerEvent.BuildQueued queued)
    {
        if (transition.Builds.ContainsKey(queued.Build))
        {
            throw new ArgumentException($"build {queued.Build} is queued already");
        }

        var numbers = ImmutableArray.CreateBuilder<int>(queued.Steps.Length);
        var counts = StepCounts.None;
        foreach (var spec in queued.Steps)
        {
            var step = transition.Number(spec.Key) is { } known
                ? Join(transition, transition.Step(known), spec, queued.Build)
                : Add(transition, spec, queued);
            numbers.Add(step.Number);
            counts = counts.With(step.State, +1);
        }

        transition.SetBuild(
            new BuildNode(
                queued.Build,
                queued.Priority,
                queued.CreatedAt,
                [.. queued.Roots.Select(root => NumberOf(transition, new(root, queued.Mode)))],
                numbers.MoveToImmutable(),
                counts,
                HasStarted: false
            )
        );
        Reprioritise(transition, queued.Build);
        transition.BuildTouched(queued.Build);
    }

    /// <summary>Drops a build and every step that no other build wants; their attempts are called off.</summary>
    public static void Cancel(Transition transition, BuildId id)
    {
        if (transition.Builds.TryGetValue(id, out var build))
        {
            End(transition, build, BuildState.Cancelled);
        }
    }

    public static void EndThoseThatAreOver(Transition transition)
    {
        foreach (var id in transition.TouchedBuilds)
        {
            if (transition.Builds.TryGetValue(id, out var build) && build.IsOver)
            {
                var isBuilt = build.Roots.All(root => transition.Step(root).State is StepState.Done);
                End(transition, build, isBuilt ? BuildState.Succeeded : BuildState.Failed);
            }
        }
    }

    /// <summary>Calls the attempt of a step off, and removes it from the steps that stay, so that nothing points to a dropped step.</summary>
    /// <remarks>Steps of builds that share them come in no particular order, so that those to drop are known before the first is.</remarks>
    private static void Detach(Transition transition, StepNode step, HashSet<int> dropped)
    {
        if (step.State.LiveAttempt is { } attempt)
        {
            AttemptRules.Release(transition, step, attempt, new BuildOutcome.Cancelled());
        }
        foreach (var input in step.Inputs.Where(input => !dropped.Contains(input)))
        {
            var needed = transition.Step(input);
            transition.SetStep(needed with { Dependents = needed.Dependents.Remove(step.Number) });
        }
        foreach (var dependent in step.Dependents.Where(dependent => !dropped.Contains(dependent)))
        {
            var needing = transition.Step(dependent);
            transition.SetStep(needing with { Inputs = needing.Inputs.Remove(step.Number) });
        }
    }

    private static void End(Transition transition, BuildNode build, BuildState state)
    {
        transition.Emit(new SchedulerEffect.BuildEnded(Views.Build(transition.Step, build, state, transition.Now)));
        var remaining = new List<int>();
        var dropped = new HashSet<int>();
        foreach (var number in build.Steps.Reverse())
        {
            var step = transition.Step(number);
            var builds = step.Builds.Remove(build.Id);
            if (builds.IsEmpty)
            {
                dropped.Add(number);
            }
            else
            {
                transition.SetStep(step with { Builds = builds });
                remaining.Add(number);
            }
        }
        foreach (var number in dropped)
        {
            Detach(transition, transition.Step(number), dropped);
        }
        foreach (var number in dropped)
        {
            transition.DropStep(transition.Step(number));
        }

        transition.DropBuild(build.Id);
        foreach (var number in remaining)
        {
            transition.SetStep(Prioritised(transition, transition.Step(number)));
        }
    }

    private static StepNode Add(Transition transition, StepSpec spec, SchedulerEvent.BuildQueued queued)
    {
        ImmutableArray<int> inputs = spec.IsValid
            ? []
            : [.. spec.Inputs.Select(input => NumberOf(transition, spec.Key.Input(input)))];
        var number = transition.AddStep(number => new StepNode(
            number,
            spec,
            InitialState(transition, spec, inputs),
            inputs,
            [],
            [queued.Build],
            new StepPriority(queued.Priority, spec.ExpectedDuration, queued.Build, spec.DrvPath),
            Epoch: 0,
            InfrastructureFailures: 0,
            Avoided: [],
            Excluded: []
        ));
        foreach (var input in inputs)
        {
            var needed = transition.Step(input);
            transition.SetStep(needed with { Dependents = needed.Dependents.Add(number) });
        }

        ResolutionRules.Ask(transition, transition.Step(number));
        return transition.Step(number);
    }

    private static StepNode Join(Transition transition, StepNode step, StepSpec spec, BuildId build)
    {
        if (spec.IsValid && step.State is not StepState.Done)
        {
            step = step with { Spec = step.Spec with { Outputs = step.Spec.Outputs.SetItems(spec.Outputs) } };
            AttemptRules.Complete(transition, step, new StepState.Done(null));
            step = transition.Step(step.Number);
        }

        var joined = step with { Builds = step.Builds.Add(build) };
        transition.SetStep(joined);
        return joined;
    }

    private static StepState InitialState(Transition transition, StepSpec spec, ImmutableArray<int> inputs)
    {
        if (spec.IsValid)
        {
            return new StepState.Done(null);
        }

        var open = 0;
        foreach (var input in inputs)
        {
            switch (transition.Step(input).State)
            {
                case StepState.Failed:
                    return new StepState.DependencyFailed(transition.Step(input).DrvPath);
                case StepState.DependencyFailed failed:
                    return failed;
                case StepState.Done:
                    break;
                default:
                    open++;
                    break;
            }
        }

        return open == 0 ? ResolutionRules.Ready(spec) : new StepState.Waiting(open);
    }

    /// <summary>Computes the places of a build's steps anew, those that need others first, since a critical path builds on theirs.</summary>
    private static void Reprioritise(Transition transition, BuildId build)
    {
        foreach (var number in transition.Builds[build].Steps.Reverse())
        {
            transition.SetStep(Prioritised(transition, transition.Step(number)));
        }
    }

    private static StepNode Prioritised(Transition transition, StepNode step)
    {
        var longest = TimeSpan.Zero;
        foreach (var dependent in step.Dependents)
        {
            var path = transition.Step(dependent).Priority.CriticalPath;
            longest = path > longest ? path : longest;
        }

        return step with
        {
            Priority = new StepPriority(
                step.Builds.Max(build => transition.Builds[build].Priority),
                step.Spec.ExpectedDuration + longest,
                step.Builds.Min,
                step.DrvPath
            ),
        };
    }

    private static int NumberOf(Transition transition, StepKey key) =>
        transition.Number(key)
        ?? throw new ArgumentException(
            $"'{key.DrvPath}' is needed, but is not among the steps before those that need it"
        );
}
