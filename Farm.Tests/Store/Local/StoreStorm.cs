using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Nar;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Tests.Store.Local;

/// <summary>Writers that add trees which share files, and a deleter that takes them away again.</summary>
internal sealed class StoreStorm(LocalStore store, CountingPathLocks locks, long operations)
{
    private const int Writers = 8;
    private const int Trees = 120;
    private const int FilesInTree = 20;
    private const int Contents = 60;

    private readonly (PathInfo Info, byte[] Nar)[] _trees = [.. Enumerable.Range(0, Trees).Select(MakeTree)];
    private readonly ConcurrentQueue<Exception> _failures = new();

    public IReadOnlyCollection<Exception> Failures => _failures;

    /// <summary>Runs until so many operations have gone to the locks, or until a failure where that ends it.</summary>
    public async Task RunAsync(bool endsAtFailure)
    {
        var writers = Enumerable.Range(0, Writers).Select(seed => Task.Run(() => WriteAsync(seed, endsAtFailure)));
        await Task.WhenAll([.. writers, Task.Run(() => DeleteAsync(endsAtFailure))]);
    }

    private bool GoesOn(bool endsAtFailure) => locks.Count < operations && !(endsAtFailure && !_failures.IsEmpty);

    private async Task WriteAsync(int seed, bool endsAtFailure)
    {
        var random = new Random(seed);
        while (GoesOn(endsAtFailure))
        {
            var (info, nar) = _trees[random.Next(Trees)];
            await TryAsync(() => store.AddFromNarAsync(info, new MemoryStream(nar), CancellationToken.None));
        }
    }

    private async Task DeleteAsync(bool endsAtFailure)
    {
        var random = new Random(Writers);
        for (var round = 1; GoesOn(endsAtFailure); round++)
        {
            var batch = Enumerable.Range(0, 6).Select(_ => _trees[random.Next(Trees)].Info.Path).Distinct();
            await Task.WhenAll(batch.Select(path => TryAsync(() => store.DeleteAsync(path, CancellationToken.None))));
            if (round % 20 == 0)
                await TryAsync(() => store.SweepLinksAsync(CancellationToken.None));
        }
    }

    private async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (StoreException failure)
        {
            _failures.Enqueue(failure);
        }
    }

    private static (PathInfo Info, byte[] Nar) MakeTree(int seed)
    {
        var random = new Random(1000 + seed);
        var output = new ArrayBufferWriter<byte>();
        var writer = new NarWriter(output);
        writer.BeginDirectory([]);
        for (var file = 0; file < FilesInTree; file++)
        {
            var contents = Encoding.ASCII.GetBytes($"content number {random.Next(Contents)}");
            writer.BeginRegular(Encoding.ASCII.GetBytes($"file-{file:D2}"), file % 3 == 0, contents.Length);
            writer.WriteContents(contents);
            writer.EndRegular();
        }
        writer.BeginDirectory("sub"u8);
        writer.WriteSymlink("link"u8, "../file-00"u8);
        writer.EndDirectory();
        writer.EndDirectory();
        var nar = output.WrittenSpan.ToArray();
        var hash = Sha256Digest.Compute(nar);
        var info = new PathInfo
        {
            Path = StorePathMaker.Source(StoreDir.Default, StorePathName.Parse($"tree-{seed}"), hash, [], false),
            NarHash = hash,
            NarSizeBytes = nar.Length,
        };
        return (info, nar);
    }
}
