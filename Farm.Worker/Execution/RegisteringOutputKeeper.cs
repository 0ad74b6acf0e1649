using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Worker.Execution;

/// <summary>Makes outputs valid in the node's store.</summary>
public sealed class RegisteringOutputKeeper(LocalStore store) : IOutputKeeper
{
    public Task<IReadOnlyList<PathInfo>> KeepAsync(
        IReadOnlyList<BuiltOutput> outputs,
        IReadOnlyCollection<StorePath> candidates,
        StorePath deriver,
        Func<IReadOnlyList<PathInfo>, string?> judge,
        CancellationToken ct
    ) => store.RegisterOutputsAsync(outputs, candidates, deriver, judge, ct);
}
