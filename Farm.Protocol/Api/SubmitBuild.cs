using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Protocol.Api;

/// <summary>Body of <c>POST /api/builds</c>.</summary>
/// <param name="Roots">Derivations to build, all outputs of each; their <c>.drv</c> closure and sources are in the coordinator's store already.</param>
/// <param name="Priority">Higher goes first among all builds; 0 is ordinary.</param>
/// <param name="TimeoutSeconds">Longest run of one builder; null for none.</param>
/// <param name="MaxSilentSeconds">Longest silence of one builder; null for none.</param>
/// <param name="MaxLogBytes">Largest log of one builder; null for no limit.</param>
/// <param name="KeepFailed">Whether workers keep the build directories of builders that fail, and outputs that come out otherwise.</param>
/// <param name="Mode">Whether the roots are built, built again and compared, or repaired.</param>
public sealed record SubmitBuild(
    ImmutableArray<StorePath> Roots,
    int Priority = 0,
    double? TimeoutSeconds = null,
    double? MaxSilentSeconds = null,
    long? MaxLogBytes = null,
    bool KeepFailed = false,
    BuildMode Mode = BuildMode.Normal
);
