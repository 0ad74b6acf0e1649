namespace Farm.Coordinator;

/// <summary>How long the results of builds that are over are roots of the coordinator's store.</summary>
/// <param name="Age">Since the build was over.</param>
/// <param name="Count">Of the builds that are over, so many of the latest; others go before their time.</param>
public sealed record KeepBuilds(TimeSpan Age, int Count);
