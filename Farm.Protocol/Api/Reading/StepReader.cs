using System.Text.Json;
using Farm.Store.Paths;

namespace Farm.Protocol.Api.Reading;

/// <summary>Reads steps and where they are.</summary>
internal static class StepReader
{
    public static StepSummary Summary(ref Utf8JsonReader reader)
    {
        const string What = "a step";
        StorePath? drvPath = null;
        string? name = null;
        StepStatus? status = null;
        Members.Begin(ref reader, What);
        while (Members.Next(ref reader))
        {
            if (Members.Is(ref reader, "drvPath"u8))
                drvPath = Members.Path(ref reader);
            else if (Members.Is(ref reader, "name"u8))
                name = Members.Text(ref reader);
            else if (Members.Is(ref reader, "status"u8))
                status = Status(ref reader);
            else
                Members.Skip(ref reader);
        }
        return new StepSummary(
            Members.Required(drvPath, What, "drvPath"),
            Members.Required(name, What, "name"),
            Members.Required(status, What, "status")
        );
    }

    public static StepCounts Counts(ref Utf8JsonReader reader)
    {
        const string What = "counts of steps";
        int? waiting = null;
        int? runnable = null;
        int? running = null;
        int? done = null;
        int? failed = null;
        int? dependencyFailed = null;
        Members.Begin(ref reader, What);
        while (Members.Next(ref reader))
        {
            if (Members.Is(ref reader, "waiting"u8))
                waiting = Members.Int(ref reader);
            else if (Members.Is(ref reader, "runnable"u8))
                runnable = Members.Int(ref reader);
            else if (Members.Is(ref reader, "running"u8))
                running = Members.Int(ref reader);
            else if (Members.Is(ref reader, "done"u8))
                done = Members.Int(ref reader);
            else if (Members.Is(ref reader, "failed"u8))
                failed = Members.Int(ref reader);
            else if (Members.Is(ref reader, "dependencyFailed"u8))
                dependencyFailed = Members.Int(ref reader);
            else
                Members.Skip(ref reader);
        }
        return new StepCounts(
            Members.Required(waiting, What, "waiting"),
            Members.Required(runnable, What, "runnable"),
            Members.Required(running, What, "running"),
            Members.Required(done, What, "done"),
            Members.Required(failed, What, "failed"),
            Members.Required(dependencyFailed, What, "dependencyFailed")
        );
    }

    public static StepStatus Status(ref Utf8JsonReader reader)
    {
        const string What = "a status";
        var type = Members.Type(reader, What);
        int? inputs = null;
        DateTimeOffset? notBefore = null;
        DateTimeOffset? since = null;
        DateTimeOffset? phaseSince = null;
        AttemptId? attempt = null;
        WorkerId? worker = null;
        BuildPhase? phase = null;
        string? reason = null;
        var kind = FailureKind.Build;
        StorePath? failedStep = null;
        while (Members.Next(ref reader))
        {
            if (Members.Is(ref reader, "attempt"u8))
                attempt = Attempt(ref reader);
            else if (Members.Is(ref reader, "inputs"u8))
                inputs = Members.Int(ref reader);
            else if (Members.Is(ref reader, "notBefore"u8))
                notBefore = Members.IsNull(ref reader) ? null : Members.Time(ref reader);
            else if (Members.Is(ref reader, "since"u8))
                since = Members.Time(ref reader);
            else if (Members.Is(ref reader, "phaseSince"u8))
                phaseSince = Members.Time(ref reader);
            else if (Members.Is(ref reader, "worker"u8))
                worker = Worker(ref reader);
            else if (Members.Is(ref reader, "phase"u8))
                phase = Phase(ref reader);
            else if (Members.Is(ref reader, "reason"u8))
                reason = Members.Text(ref reader);
            else if (Members.Is(ref reader, "kind"u8))
                kind = Failure(ref reader);
            else if (Members.Is(ref reader, "failedStep"u8))
                failedStep = Members.Path(ref reader);
            else
                Members.Skip(ref reader);
        }
        return type switch
        {
            "waiting" => new StepStatus.Waiting(Members.Required(inputs, What, "inputs")),
            "runnable" => new StepStatus.Runnable(notBefore),
            "running" => new StepStatus.Running(
                Members.Required(attempt, What, "attempt"),
                Members.Required(worker, What, "worker"),
                Members.Required(phase, What, "phase"),
                Members.Required(since, What, "since"),
                Members.Required(phaseSince, What, "phaseSince")
            ),
            "done" => new StepStatus.Done(attempt),
            "failed" => new StepStatus.Failed(Members.Required(reason, What, "reason"), attempt, kind),
            "dependencyFailed" => new StepStatus.DependencyFailed(Members.Required(failedStep, What, "failedStep")),
            _ => throw new JsonException($"'{type}' is no status of a step"),
        };
    }

    private static AttemptId? Attempt(ref Utf8JsonReader reader)
    {
        if (Members.IsNull(ref reader))
            return null;
        var text = Members.Text(ref reader);
        return AttemptId.TryParse(text) ?? throw new JsonException($"'{text}' is no attempt id");
    }

    private static WorkerId Worker(ref Utf8JsonReader reader)
    {
        var text = Members.Text(ref reader);
        return WorkerId.TryParse(text) ?? throw new JsonException($"'{text}' is no name of a worker");
    }

    private static BuildPhase Phase(ref Utf8JsonReader reader) =>
        Members.Text(ref reader) switch
        {
            "offered" => BuildPhase.Offered,
            "accepted" => BuildPhase.Accepted,
            "fetching" => BuildPhase.Fetching,
            "building" => BuildPhase.Building,
            "uploading" => BuildPhase.Uploading,
            "committing" => BuildPhase.Committing,
            "finished" => BuildPhase.Finished,
            var other => throw new JsonException($"'{other}' is no phase of an attempt"),
        };

    private static FailureKind Failure(ref Utf8JsonReader reader) =>
        Members.Text(ref reader) switch
        {
            "build" => FailureKind.Build,
            "timeout" => FailureKind.Timeout,
            "hashMismatch" => FailureKind.HashMismatch,
            "notDeterministic" => FailureKind.NotDeterministic,
            var other => throw new JsonException($"'{other}' is no kind of failure"),
        };
}
