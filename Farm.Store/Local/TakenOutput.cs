using System.Collections.Immutable;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Local;

/// <summary>An output whose files are canonical and in a stage, and which is not valid yet.</summary>
/// <param name="Output">What it was made for.</param>
/// <param name="Tree">Its files.</param>
/// <param name="Info">What is to be recorded of it.</param>
/// <param name="Found">The paths that it refers to, also where they are not recorded.</param>
/// <param name="IsPlainFile">Whether it is one file that may not be run.</param>
internal sealed record TakenOutput(
    BuiltOutput Output,
    StagedTree Tree,
    PathInfo Info,
    ImmutableSortedSet<StorePath> Found,
    bool IsPlainFile
);
