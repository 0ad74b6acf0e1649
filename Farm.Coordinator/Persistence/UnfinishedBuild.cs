using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Paths;

namespace Farm.Coordinator.Persistence;

/// <summary>A build that was not over when the coordinator ended.</summary>
public sealed record UnfinishedBuild(
    BuildId Id,
    int Priority,
    DateTimeOffset CreatedAt,
    BuildOptions Options,
    ImmutableArray<StorePath> Roots
);
