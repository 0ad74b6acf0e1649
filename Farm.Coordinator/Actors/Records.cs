using System.Collections.Immutable;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;

namespace Farm.Coordinator.Actors;

/// <summary>What of a decision has to be on disk before it is told.</summary>
internal static class Records
{
    public static ImmutableArray<FarmRecord> Of(ImmutableArray<SchedulerEffect> effects, DateTimeOffset now)
    {
        var records = ImmutableArray.CreateBuilder<FarmRecord>();
        var wallTimes = new Dictionary<AttemptId, TimeSpan>();
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case SchedulerEffect.AttemptStarted started:
                    records.Add(new FarmRecord.AttemptStarted(started.DrvPath, started.Attempt));
                    break;
                case SchedulerEffect.AttemptEnded ended:
                    records.Add(new FarmRecord.AttemptEnded(ended.Attempt.Id, now, ended.Outcome));
                    if (ended.Outcome is BuildOutcome.Built built)
                    {
                        wallTimes[ended.Attempt.Id] = built.WallTime;
                    }

                    break;
                case SchedulerEffect.StepChanged { Step.Status: StepStatus.Done done } changed:
                    TimeSpan? wallTime =
                        done.Attempt is { } attempt && wallTimes.TryGetValue(attempt, out var wall) ? wall : null;
                    records.Add(
                        new FarmRecord.StepDone(
                            changed.Step.DrvPath,
                            wallTime,
                            [.. changed.Outputs.Values],
                            changed.Builds,
                            changed.HasOpenOutputs ? changed.Outputs : null
                        )
                    );
                    break;
                case SchedulerEffect.StepChanged { Step.Status: StepStatus.Failed failed } changed:
                    records.Add(new FarmRecord.StepFailed(changed.Step.DrvPath, new(failed.Reason, failed.Kind)));
                    break;
                case SchedulerEffect.BuildEnded ended:
                    records.Add(new FarmRecord.BuildEnded(ended.Build));
                    break;
                default:
                    break; // not worth keeping: a restart finds it out again
            }
        }

        return records.DrainToImmutable();
    }
}
