namespace Farm.Store.BinaryCaches;

/// <summary>How long and how much is remembered of the answers of binary caches.</summary>
/// <param name="PositiveTtl">That a cache has a path.</param>
/// <param name="NegativeTtl">That it has none.</param>
/// <param name="InfoTtl">What it says of itself.</param>
/// <param name="MostEntries">Paths, of all caches together.</param>
internal sealed record LookUpLimits(
    TimeSpan PositiveTtl,
    TimeSpan NegativeTtl,
    TimeSpan InfoTtl,
    int MostEntries = LookUpLimits.DefaultMostEntries
)
{
    /// <summary>Some 200 MB of usual narinfos.</summary>
    public const int DefaultMostEntries = 200_000;
}
