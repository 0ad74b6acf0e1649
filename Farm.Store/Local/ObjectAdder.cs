using System.Diagnostics;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Integrity;
using Farm.Store.Locking;
using Farm.Store.Nar;
using Farm.Store.Native;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Store.Local;

/// <summary>Adds objects to a store: makes them in a stage in one pass, checks them, and commits them.</summary>
internal sealed class ObjectAdder(StoreFiles files, StoreRecords records, TempRoots roots)
{
    /// <summary>What is asked of an object that is addressed by the contents of one file.</summary>
    internal const string FlatRule = "is hashed flat, so it must be a regular file that is not executable";

    private StoreDir StoreDir => files.Layout.StoreDir;

    /// <summary>Adds what a NAR holds, of which hash and size are known.</summary>
    public async Task<PathInfo> AddNarAsync(PathInfo expected, Stream nar, CancellationToken ct)
    {
        await using var tree = await StageAsync(files.Stages.Take(), expected, nar, ct).ConfigureAwait(false);
        return await CommitAsync(tree, expected).ConfigureAwait(false);
    }

    /// <summary>Makes in a stage what a NAR holds, of which hash and size are known, and checks it. The stage belongs to the answer; where
    /// this fails it is disposed of.</summary>
    public async Task<StagedTree> StageAsync(Stage stage, PathInfo expected, Stream nar, CancellationToken ct)
    {
        var tree = new StagedTree(stage);
        try
        {
            using var hasher = HasherOf(expected);
            await RestoreAsync(tree, nar, NarReadAhead.Free, hasher, ct).ConfigureAwait(false);
            Check(expected, hasher);
            return tree;
        }
        catch
        {
            await tree.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>As <see cref="StageAsync"/>, of a NAR of which all is told only after it.</summary>
    public static async Task<(StagedTree Tree, PathInfo Info)> StageDescribedAsync(
        Stage stage,
        Stream nar,
        Func<Sha256Digest, long, Task<PathInfo>> describe,
        CancellationToken ct
    )
    {
        var tree = new StagedTree(stage);
        try
        {
            using var hasher = new ContentHasher();
            await RestoreAsync(tree, nar, NarReadAhead.Exact, hasher, ct).ConfigureAwait(false);
            return (tree, await describe(hasher.Finish().Nar, hasher.SizeBytes).ConfigureAwait(false));
        }
        catch
        {
            await tree.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Puts what a NAR holds in the place of a damaged path, if it is what is recorded of it. Answers false where the path is not
    /// valid any more. The copy shares no files: what is in <c>.links</c> may be as damaged as the path.</summary>
    public async Task<bool> ReplaceAsync(PathInfo damaged, Stream nar, CancellationToken ct)
    {
        await using var tree = new StagedTree(files.Stages.Take(), sharesFiles: false);
        using var hasher = HasherOf(damaged);
        await RestoreAsync(tree, nar, NarReadAhead.Free, hasher, ct).ConfigureAwait(false);
        // A size that is not on record follows from the hash.
        var whole = damaged.NarSizeBytes == 0 ? damaged with { NarSizeBytes = hasher.SizeBytes } : damaged;
        Check(whole, hasher);
        return await files
            .UnderLockAsync(new PathLockKey.Path(damaged.Path), new ReplacePath(files, records, tree, whole))
            .ConfigureAwait(false);
    }

    private static ContentHasher HasherOf(PathInfo info) =>
        new(info.ContentAddress?.MethodAlgorithm, info.References.Contains(info.Path) ? info.Path.Hash : null);

    private void Check(PathInfo expected, ContentHasher hasher)
    {
        var (hash, address) = hasher.Finish();
        expected.RequireNarHash(StoreDir, hash);
        expected.RequireNarSize(StoreDir, hasher.SizeBytes);
        CheckAddress(expected, address);
    }

    /// <summary>Adds what a NAR holds, of which all is told only after it.</summary>
    /// <param name="nar">The archive; nothing beyond it is taken.</param>
    /// <param name="describe">Tells what the path is, by hash and length of the archive.</param>
    /// <param name="check">Refuses the path before it is made valid.</param>
    /// <param name="ct">Stops before the path is made valid.</param>
    public async Task<PathInfo> AddDescribedNarAsync(
        Stream nar,
        Func<Sha256Digest, long, Task<PathInfo>> describe,
        Func<PathInfo, Task> check,
        CancellationToken ct
    )
    {
        var (tree, info) = await StageDescribedAsync(files.Stages.Take(), nar, describe, ct).ConfigureAwait(false);
        await using var owned = tree;
        await using var hold = await roots.HoldAsync(info.References.Add(info.Path), ct).ConfigureAwait(false);
        await check(info).ConfigureAwait(false);
        return await CommitAsync(tree, info).ConfigureAwait(false);
    }

    /// <summary>Adds what a NAR holds, of which nothing is known, under the path that follows from it.</summary>
    public async Task<PathInfo> AddUnknownNarAsync(
        StorePathName name,
        Stream nar,
        MethodAlgorithm how,
        CancellationToken ct
    )
    {
        await using var tree = new StagedTree(files.Stages.Take());
        using var hasher = new ContentHasher(how);
        var isPlainFile = await RestoreAsync(tree, nar, NarReadAhead.Free, hasher, ct).ConfigureAwait(false);
        if (how.Method == ContentAddressMethod.Flat && !isPlainFile)
            throw new StoreException.UnsupportedFile(name.Text, FlatRule);
        return await CommitNewAsync(tree, Described(name, hasher), ct).ConfigureAwait(false);
    }

    /// <summary>Adds a copy of someone's files under the path that follows from them.</summary>
    public async Task<PathInfo> AddFilesAsync(
        StorePathName name,
        string source,
        ContentAddressMethod method,
        HashAlgorithm algorithm,
        CancellationToken ct
    )
    {
        await using var tree = new StagedTree(files.Stages.Take());
        using var hasher = new ContentHasher(MethodAlgorithm.Create(method, algorithm));
        using var restorer = new TreeRestorer(tree);
        var observer = new RootContents(hasher, new SourceCopier(restorer));
        await WalkAsync(
                tree,
                Syscalls.CurrentDirectory,
                Encoding.UTF8.GetBytes(source),
                source,
                observer,
                hasher.Nar,
                ct
            )
            .ConfigureAwait(false);
        if (method == ContentAddressMethod.Flat && !observer.IsPlainFile)
            throw new StoreException.UnsupportedFile(source, FlatRule);
        return await CommitNewAsync(tree, Described(name, hasher), ct).ConfigureAwait(false);
    }

    private PathInfo Described(StorePathName name, ContentHasher hasher)
    {
        var (hash, address) = hasher.Finish();
        return new PathInfo
        {
            Path = StorePathMaker.Fixed(StoreDir, name, address!), // An address was asked for.
            NarHash = hash,
            NarSizeBytes = hasher.SizeBytes,
            ContentAddress = address,
        };
    }

    /// <summary>Walks over the files of an object, each piece of its archive going to the tap.</summary>
    internal static async Task WalkAsync(
        StagedTree tree,
        int parent,
        byte[] name,
        string shown,
        TreeObserver observer,
        NarTap tap,
        CancellationToken ct
    )
    {
        using var buffer = new NarBuffer();
        using var dumper = new NarDumper(parent, name, shown, buffer, observer);
        var tapping = Task.CompletedTask; // One piece is hashed while the next is read and written.
        try
        {
            do
            {
                ct.ThrowIfCancellationRequested();
                dumper.Fill();
                await tapping.ConfigureAwait(false);
                var piece = buffer.Swap();
                if (dumper.IsComplete)
                    tap(piece.Span); // Nothing is left to do beside it.
                else
                    tapping = Task.Run(() => tap(piece.Span), CancellationToken.None);
                await tree.Links.ThrottleAsync().ConfigureAwait(false);
            } while (!dumper.IsComplete);
        }
        finally
        {
            await tapping.ConfigureAwait(false);
        }
        await tree.FinishAsync().ConfigureAwait(false);
    }

    /// <summary>Makes the files in the stage. Answers whether the object is one file that may not be run.</summary>
    private static async Task<bool> RestoreAsync(
        StagedTree tree,
        Stream nar,
        NarReadAhead readAhead,
        ContentHasher hasher,
        CancellationToken ct
    )
    {
        var isPlainFile = false;
        using var restorer = new TreeRestorer(tree);
        await using var hashing = new HashingAhead(hasher.Nar);
        using var reader = new NarReader(nar, readAhead, hashing.Take);
        while (await reader.ReadAsync(ct).ConfigureAwait(false) is { } step)
        {
            switch (step)
            {
                case NarEvent.Directory directory:
                    restorer.BeginDirectory(directory.Name.Span);
                    break;
                case NarEvent.DirectoryEnd:
                    restorer.EndDirectory();
                    break;
                case NarEvent.Symlink link:
                    restorer.Symlink(link.Name.Span, link.Target.Span);
                    break;
                case NarEvent.Regular file:
                    isPlainFile |= file.Name.IsEmpty && !file.IsExecutable;
                    restorer.BeginFile(file.Name.Span, file.IsExecutable, file.SizeBytes);
                    while (await reader.ReadContentsAsync(ct).ConfigureAwait(false) is { Length: > 0 } piece)
                    {
                        restorer.Contents(piece.Span);
                        if (file.Name.IsEmpty)
                            hasher.Contents(piece.Span);
                        await hashing.ThrottleAsync().ConfigureAwait(false);
                    }
                    restorer.EndFile();
                    break;
                default:
                    throw new UnreachableException();
            }
            await tree.Links.ThrottleAsync().ConfigureAwait(false);
            await hashing.ThrottleAsync().ConfigureAwait(false);
        }
        await hashing.FinishAsync().ConfigureAwait(false);
        await tree.FinishAsync().ConfigureAwait(false);
        return isPlainFile;
    }

    /// <summary>Commits a path that was not known, and so not held, before its files were there.</summary>
    private async Task<PathInfo> CommitNewAsync(StagedTree tree, PathInfo info, CancellationToken ct)
    {
        await using var hold = await roots.HoldAsync([info.Path], ct).ConfigureAwait(false);
        return await CommitAsync(tree, info).ConfigureAwait(false);
    }

    private async Task<PathInfo> CommitAsync(StagedTree tree, PathInfo info)
    {
        var registration = records.Describe(info, tree.Stage.ObjectPath);
        var commit = new CommitPaths(files, records, [(tree, registration)]);
        return (await files.Locks.RunAsync(commit.Keys, commit).ConfigureAwait(false))[0];
    }

    /// <summary>Compares the content address that was claimed with what the content gives.</summary>
    private void CheckAddress(PathInfo info, ContentAddress? found)
    {
        if (info.ContentAddress is not { } claimed || claimed == found)
            return;
        throw new StoreException.HashMismatch(
            StoreDir.Print(info.Path),
            claimed.Hash.Print(HashFormat.Sri),
            found?.Hash.Print(HashFormat.Sri) ?? "none"
        );
    }
}
