using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Streams;
using Farm.Worker.Running;

namespace Farm.Worker.Execution;

/// <summary>Compares what was built again with what is recorded, and keeps nothing of it but, when asked, what is different.</summary>
/// <remarks>Source: Nix manual, <c>nix-store --realise --check</c>. What differs is kept beside the path as <c>PATH.check</c>. What the
/// derivation asks of its outputs is not looked at, as in Nix; that a fixed output has its hash is. The difference from Nix, which does
/// not compare floating outputs: they are compared with what they have come to.</remarks>
/// <param name="store">Where the outputs are valid.</param>
/// <param name="recorded">What they are to be, by the path that they were built as.</param>
/// <param name="keepsDifferent">Whether a different output is kept.</param>
internal sealed class CheckingOutputKeeper(
    LocalStore store,
    ImmutableDictionary<StorePath, PathInfo> recorded,
    bool keepsDifferent
) : IOutputKeeper
{
    /// <summary>The outputs that came out otherwise.</summary>
    public IReadOnlyList<OutputDifference> Different { get; private set; } = [];

    public async Task<IReadOnlyList<PathInfo>> KeepAsync(
        IReadOnlyList<BuiltOutput> outputs,
        IReadOnlyCollection<StorePath> candidates,
        StorePath deriver,
        Func<IReadOnlyList<PathInfo>, string?> judge,
        CancellationToken ct
    )
    {
        Different = outputs.Any(output => output.ContentAddress is not null || output.Floating is not null)
            ? await new OutputExaminer(store)
                .ExamineAsync(outputs, candidates, made => OfAddressedAsync(outputs, made, ct), ct)
                .ConfigureAwait(false)
            : await OfNamedAsync(outputs, ct).ConfigureAwait(false);
        return [.. outputs.Select(output => recorded[output.Path])];
    }

    private async Task<IReadOnlyList<OutputDifference>> OfNamedAsync(
        IReadOnlyList<BuiltOutput> outputs,
        CancellationToken ct
    )
    {
        var different = new List<OutputDifference>();
        foreach (var output in outputs)
        {
            var info = recorded[output.Path];
            var (hash, _) = await NarDump.HashAsync(output.File, ct).ConfigureAwait(false);
            if (hash != info.NarHash)
                different.Add(await TellAsync(info, hash, kept => Move(output.File, kept), ct).ConfigureAwait(false));
        }
        return different;

        static Task Move(string from, string to)
        {
            BuildDirectory.Move(from, to);
            return Task.CompletedTask;
        }
    }

    private async Task<IReadOnlyList<OutputDifference>> OfAddressedAsync(
        IReadOnlyList<BuiltOutput> outputs,
        IReadOnlyList<(PathInfo Info, string File)> made,
        CancellationToken ct
    )
    {
        var different = new List<OutputDifference>();
        foreach (var (output, (now, file)) in outputs.Zip(made))
        {
            var info = recorded[output.Path];
            if (now.NarHash != info.NarHash)
                different.Add(
                    await TellAsync(info, now.NarHash, kept => CopyAsync(file, kept, ct), ct).ConfigureAwait(false)
                );
        }
        return different;
    }

    private async Task<OutputDifference> TellAsync(
        PathInfo info,
        Sha256Digest hash,
        Func<string, Task> keepAsync,
        CancellationToken ct
    )
    {
        if (!keepsDifferent)
            return new(info.Path, info.NarHash, hash, Kept: null);
        var kept = $"{store.Layout.ToPhysical(info.Path)}.check";
        await TreeRemoval.RemoveAsync(kept, ct).ConfigureAwait(false);
        await keepAsync(kept).ConfigureAwait(false);
        return new(info.Path, info.NarHash, hash, kept);
    }

    /// <summary>What is being examined may share its files with what is valid.</summary>
    private static Task CopyAsync(string file, string kept, CancellationToken ct) =>
        PipedStream.ReadAsync(nar => NarDump.WriteAsync(file, nar, ct), nar => NarUnpack.ToNewPathAsync(nar, kept, ct));
}
