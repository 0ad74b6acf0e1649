namespace Farm.Store.Wire;

/// <summary>How the building of a derivation ended. The values are those of the wire. Source: Nix's <c>BuildResult::Status</c>.</summary>
public enum BuildStatus
{
    Built = 0,
    Substituted = 1,
    AlreadyValid = 2,

    /// <summary>The builder failed; it would again.</summary>
    PermanentFailure = 3,
    InputRejected = 4,

    /// <summary>What was built is not what was announced, also where a hash is another.</summary>
    OutputRejected = 5,

    /// <summary>Possibly not the builder's fault.</summary>
    TransientFailure = 6,
    CachedFailure = 7,
    TimedOut = 8,
    MiscFailure = 9,
    DependencyFailed = 10,
    LogLimitExceeded = 11,
    NotDeterministic = 12,
    ResolvesToAlreadyValid = 13,
    NoSubstituters = 14,
}

/// <summary>What follows from a status.</summary>
public static class BuildStatuses
{
    /// <summary>Whether the outputs are there.</summary>
    public static bool IsSuccess(this BuildStatus status) =>
        status
            is BuildStatus.Built
                or BuildStatus.Substituted
                or BuildStatus.AlreadyValid
                or BuildStatus.ResolvesToAlreadyValid;
}
