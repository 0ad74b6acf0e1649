using System.Collections.Immutable;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Fuzz.Storm;

/// <summary>A store object that a storm adds, again whenever it has been collected.</summary>
/// <param name="path">Where it will be.</param>
/// <param name="references">What it refers to, itself left out.</param>
/// <param name="addAsync">Adds it; its references are valid and held.</param>
public sealed class StormObject(
    StorePath path,
    ImmutableArray<StormObject> references,
    Func<LocalStore, CancellationToken, Task> addAsync
)
{
    public StorePath Path { get; } = path;

    /// <summary>All that it needs, itself left out, each after what it refers to.</summary>
    public ImmutableArray<StormObject> Needs { get; } =
    [.. references.SelectMany(reference => reference.Needs.Append(reference)).DistinctBy(needed => needed.Path)];

    /// <summary>The paths of all that it needs, and its own.</summary>
    public ImmutableArray<StorePath> ClosurePaths => [.. Needs.Select(needed => needed.Path), Path];

    public Task AddAsync(LocalStore store, CancellationToken ct) => addAsync(store, ct);
}
