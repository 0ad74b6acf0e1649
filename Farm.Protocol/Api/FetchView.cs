using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Protocol.Api;

/// <summary>What is being fetched from binary caches for a build that is submitted, before its steps are known. Not compared by value.</summary>
/// <param name="Roots">What the build is for.</param>
/// <param name="Since">When the build was submitted.</param>
/// <param name="Paths">How many paths were fetched.</param>
/// <param name="AllPaths">How many are to be fetched as far as is known; grows while more inputs are looked at.</param>
/// <param name="Bytes">Bytes of their archives, unpacked, that have come.</param>
/// <param name="AllBytes">Bytes of all of these archives.</param>
/// <param name="Now">Paths whose archives are coming, the oldest first, a few at most.</param>
/// <param name="Refusal">Why a cache did not give the last path that one did not give, as a sentence; null where each gave what it has.</param>
public sealed record FetchView(
    ImmutableArray<StorePath> Roots,
    DateTimeOffset Since,
    int Paths,
    int AllPaths,
    long Bytes,
    long AllBytes,
    ImmutableArray<StorePath> Now,
    string? Refusal = null
);
