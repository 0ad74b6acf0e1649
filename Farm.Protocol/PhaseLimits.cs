namespace Farm.Protocol;

/// <summary>How long an attempt may stay in each phase before the coordinator gives it to another worker.</summary>
public sealed record PhaseLimits(
    TimeSpan Offered,
    TimeSpan Accepted,
    TimeSpan Fetching,
    TimeSpan Building,
    TimeSpan Uploading,
    TimeSpan Committing
)
{
    /// <summary>The limit of one phase.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The phase is <see cref="BuildPhase.Finished"/>, which has no limit.</exception>
    public TimeSpan For(BuildPhase phase) =>
        phase switch
        {
            BuildPhase.Offered => Offered,
            BuildPhase.Accepted => Accepted,
            BuildPhase.Fetching => Fetching,
            BuildPhase.Building => Building,
            BuildPhase.Uploading => Uploading,
            BuildPhase.Committing => Committing,
            _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "a finished attempt has no deadline"),
        };
}
