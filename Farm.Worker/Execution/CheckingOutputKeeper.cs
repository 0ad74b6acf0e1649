using Farm.Store;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Worker.Running;

namespace Farm.Worker.Execution;

/// <summary>Compares what was built again with what is recorded, and keeps nothing of it but, when asked, what is different.</summary>
/// <remarks>Source: Nix manual, <c>nix-store --realise --check</c>. What differs is kept beside the path as <c>PATH.check</c>.</remarks>
/// <param name="store">Where the outputs are valid.</param>
/// <param name="keepsDifferent">Whether a different output is kept.</param>
internal sealed class CheckingOutputKeeper(LocalStore store, bool keepsDifferent) : IOutputKeeper
{
    /// <summary>The outputs that came out otherwise, and where the others are kept, if they are.</summary>
    public IReadOnlyList<(StorePath Path, string? Kept)> Different { get; private set; } = [];

    public async Task<IReadOnlyList<PathInfo>> KeepAsync(
        IReadOnlyList<BuiltOutput> outputs,
        IReadOnlyCollection<StorePath> candidates,
        StorePath deriver,
        Func<IReadOnlyList<PathInfo>, string?> judge,
        CancellationToken ct
    )
    {
        var infos = new List<PathInfo>();
        var different = new List<(StorePath, string?)>();
        foreach (var output in outputs)
        {
            var info =
                await store.QueryAsync(output.Path, ct).ConfigureAwait(false)
                ?? throw new StoreException.RefusedOutput(
                    $"'{store.StoreDir.Print(output.Path)}' is not valid any more, so it cannot be compared"
                );
            infos.Add(info);
            if (await NarHashing.OfAsync(output.File, ct).ConfigureAwait(false) != info.NarHash)
                different.Add((output.Path, await KeptAsync(output, ct).ConfigureAwait(false)));
        }
        Different = different;
        return infos;
    }

    private async Task<string?> KeptAsync(BuiltOutput output, CancellationToken ct)
    {
        if (!keepsDifferent)
            return null;
        var kept = $"{store.Layout.ToPhysical(output.Path)}.check";
        await TreeRemoval.RemoveAsync(kept, ct).ConfigureAwait(false);
        BuildDirectory.Move(output.File, kept);
        return kept;
    }
}
