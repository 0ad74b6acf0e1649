using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Worker.Execution;

namespace Farm.Tests.Worker.Execution;

/// <summary>The coordinator's store as an uploader sees it.</summary>
internal sealed class FakeTarget(FakeStore store) : IUploadTarget
{
    /// <summary>What the next uploads answer before anything else.</summary>
    public Queue<TransferException> Refusals { get; } = new();

    public async Task<ImmutableSortedSet<StorePath>> MissingAsync(
        IReadOnlyCollection<StorePath> paths,
        CancellationToken ct
    ) => [.. paths.Except(await store.ValidAsync(paths, ct))];

    public async Task UploadAsync(IStore from, PathInfo path, bool repairs, CancellationToken ct)
    {
        if (Refusals.TryDequeue(out var refusal))
            throw refusal;
        var nar = new MemoryStream();
        await from.DumpNarAsync(path.Path, nar, ct);
        nar.Position = 0;
        try
        {
            await store.AddFromNarAsync(path, nar, ct);
        }
        catch (StoreException.MissingReference missing)
        {
            throw new TransferException(missing.Message, isTransient: false, lacksReference: true, missing);
        }
    }
}
