using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Coordinator.Api;

/// <summary>Why a request cannot be served as asked.</summary>
public abstract record Problem
{
    private Problem() { }

    public sealed record BadRequest(string Reason) : Problem;

    public sealed record NoSuchBuild(BuildId Build) : Problem;

    public sealed record NoSuchStep(StorePath DrvPath) : Problem;

    /// <summary>The build that wants the step is not planned yet.</summary>
    public sealed record StillFetching(StorePath DrvPath, FetchView Fetch) : Problem;

    public sealed record NoSuchAttempt(AttemptId Attempt) : Problem;

    /// <summary>The step is known, but no attempt was ever made.</summary>
    public sealed record NoLog(StorePath DrvPath) : Problem;

    /// <summary>A derivation cannot be built from what the store has.</summary>
    public sealed record Unbuildable(string Reason) : Problem;

    /// <summary>The coordinator did not decide in time.</summary>
    public sealed record Busy : Problem;

    /// <summary>The coordinator is being stopped.</summary>
    public sealed record Ending : Problem;
}
