using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Local;

/// <summary>Finds out what a build has come to without making anything valid.</summary>
public sealed class OutputExaminer(LocalStore store)
{
    /// <summary>Finds out what <see cref="LocalStore.RegisterOutputsAsync"/> would record.</summary>
    /// <param name="outputs">The outputs; their files are moved away, and gone at the end.</param>
    /// <param name="candidates">What they may refer to, which somebody holds. The outputs themselves are added.</param>
    /// <param name="use">Told of each, in the same order, what would be recorded and where its files, now canonical, are until it
    /// ends.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="StoreException.HashMismatch">A fixed output has another hash.</exception>
    /// <exception cref="StoreException.ReferenceCycle">The outputs refer to one another in a circle.</exception>
    /// <exception cref="StoreException.RefusedOutput">One cannot be addressed by its content.</exception>
    public Task<T> ExamineAsync<T>(
        IReadOnlyList<BuiltOutput> outputs,
        IReadOnlyCollection<StorePath> candidates,
        Func<IReadOnlyList<(PathInfo Info, string File)>, Task<T>> use,
        CancellationToken ct
    ) => store.AutoCollector.AddAsync(() => new OutputTaker(store).ExamineAsync(outputs, candidates, use, ct), ct);
}
