using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Worker.Execution;

/// <summary>Takes the outputs of a build that has ended well.</summary>
public interface IOutputKeeper
{
    /// <param name="outputs">The outputs and where their files are.</param>
    /// <param name="candidates">What they may refer to.</param>
    /// <param name="deriver">What was built.</param>
    /// <param name="judge">What the derivation itself says to what would be recorded, in the same order: half a sentence to
    /// refuse all of it, or null.</param>
    /// <param name="ct">Stops before anything is kept.</param>
    /// <returns>What is then recorded of each, in the same order.</returns>
    Task<IReadOnlyList<PathInfo>> KeepAsync(
        IReadOnlyList<BuiltOutput> outputs,
        IReadOnlyCollection<StorePath> candidates,
        StorePath deriver,
        Func<IReadOnlyList<PathInfo>, string?> judge,
        CancellationToken ct
    );
}
