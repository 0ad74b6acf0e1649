using Farm.Store.Derivations;

namespace Farm.Store.Wire;

/// <summary>What became of something that a client wanted.</summary>
public sealed record KeyedBuildResult(DerivedPath Wanted, BuildResult Result);
