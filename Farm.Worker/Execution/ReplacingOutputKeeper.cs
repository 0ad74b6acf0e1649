using Farm.Store;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Worker.Execution;

/// <summary>Puts one output in the place of the damaged path that it was once built for; the others are left.</summary>
/// <remarks>The difference from Nix: what was built otherwise than it was recorded is refused, since others have the path with the
/// recorded hash, and signatures are over that.</remarks>
internal sealed class ReplacingOutputKeeper(LocalStore store, PathInfo damaged) : IOutputKeeper
{
    /// <summary>Whether the path has been replaced.</summary>
    public bool HasReplaced { get; private set; }

    /// <summary>What the output was refused for.</summary>
    public StoreException.HashMismatch? Refusal { get; private set; }

    public async Task<IReadOnlyList<PathInfo>> KeepAsync(
        IReadOnlyList<BuiltOutput> outputs,
        IReadOnlyCollection<StorePath> candidates,
        StorePath deriver,
        Func<IReadOnlyList<PathInfo>, string?> judge,
        CancellationToken ct
    )
    {
        var output = outputs.Single(output => output.Path == damaged.Path);
        try
        {
            HasReplaced = await PathReplacement
                .FromNarAsync(store, damaged, (nar, ct) => NarDump.WriteAsync(output.File, nar, ct), ct)
                .ConfigureAwait(false);
        }
        catch (StoreException.HashMismatch mismatch)
        {
            Refusal = mismatch;
        }
        return [damaged];
    }
}
