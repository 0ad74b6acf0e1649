using System.Text;
using Farm.Store.Database;
using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.Native;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.References;

namespace Farm.Store.Local;

/// <summary>Takes over what a build has made: moves it in, makes it canonical, hashes and scans it in the same pass, gives
/// content-addressed outputs their paths, and makes all of it valid at once.</summary>
internal sealed class OutputTaker(LocalStore store)
{
    private readonly StoreFiles _files = store.Files;

    private StoreDir StoreDir => store.StoreDir;

    /// <inheritdoc cref="LocalStore.RegisterOutputsAsync"/>
    public async Task<IReadOnlyList<PathInfo>> TakeAsync(
        IReadOnlyList<BuiltOutput> outputs,
        IReadOnlyCollection<StorePath> candidates,
        StorePath? deriver,
        Func<IReadOnlyList<PathInfo>, string?> judge,
        CancellationToken ct
    )
    {
        var sought = candidates.Concat(outputs.Select(output => output.Path)).ToHashSet();
        await using var hold = await store.TempRoots.HoldAsync(sought, ct).ConfigureAwait(false);
        var taken = new List<TakenOutput>();
        try
        {
            await TakeAsync(taken, outputs, sought, deriver, sharesFiles: true, ct).ConfigureAwait(false);
            return await CommitAsync([.. taken.Select(Signed)], judge, ct).ConfigureAwait(false);
        }
        finally
        {
            foreach (var output in taken)
                await output.Tree.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="OutputExaminer.ExamineAsync"/>
    public async Task<T> ExamineAsync<T>(
        IReadOnlyList<BuiltOutput> outputs,
        IReadOnlyCollection<StorePath> candidates,
        Func<IReadOnlyList<(PathInfo Info, string File)>, Task<T>> use,
        CancellationToken ct
    )
    {
        var sought = candidates.Concat(outputs.Select(output => output.Path)).ToHashSet();
        var taken = new List<TakenOutput>();
        try
        {
            await TakeAsync(taken, outputs, sought, deriver: null, sharesFiles: false, ct).ConfigureAwait(false);
            return await use([.. taken.Select(output => (output.Info, output.Tree.Stage.ObjectPath))])
                .ConfigureAwait(false);
        }
        finally
        {
            foreach (var output in taken)
                await output.Tree.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Makes all canonical and finds out what is to be recorded of them.</summary>
    /// <param name="taken">Gets each as it is begun, to be disposed of whatever comes.</param>
    private async Task TakeAsync(
        List<TakenOutput> taken,
        IReadOnlyList<BuiltOutput> outputs,
        HashSet<StorePath> sought,
        StorePath? deriver,
        bool sharesFiles,
        CancellationToken ct
    )
    {
        foreach (var output in outputs)
        {
            var tree = new StagedTree(_files.Stages.Take(), sharesFiles);
            // Replaced below; here so that the tree is disposed of.
            taken.Add(new(output, tree, null!, [], IsPlainFile: false));
            taken[^1] = await TakeOneAsync(tree, output, sought, deriver, ct).ConfigureAwait(false);
        }
        if (outputs.Any(output => output.Floating is not null))
            await new FloatingOutputs(store, taken).AddressAsync(ct).ConfigureAwait(false);
    }

    private TakenOutput Signed(TakenOutput output) => output with { Info = store.Keys.Sign(StoreDir, output.Info) };

    private async Task<IReadOnlyList<PathInfo>> CommitAsync(
        TakenOutput[] taken,
        Func<IReadOnlyList<PathInfo>, string?> judge,
        CancellationToken ct
    )
    {
        var floating = taken.Where(output => output.Output.Floating is not null).Select(output => output.Info.Path);
        await using var hold = await store.TempRoots.HoldAsync([.. floating], ct).ConfigureAwait(false);
        if (judge([.. taken.Select(output => output.Info)]) is { } reason)
            throw new StoreException.RefusedOutput(reason);
        var staged = new List<(StagedTree Tree, Registration Registration)>();
        foreach (var (_, tree, info, _, _) in taken)
            staged.Add((tree, store.Records.Describe(info, tree.Stage.ObjectPath)));
        var commit = new CommitPaths(_files, store.Records, staged);
        return await _files.Locks.RunAsync(commit.Keys, commit).ConfigureAwait(false);
    }

    private async Task<TakenOutput> TakeOneAsync(
        StagedTree tree,
        BuiltOutput output,
        HashSet<StorePath> sought,
        StorePath? deriver,
        CancellationToken ct
    )
    {
        var how = output.ContentAddress?.MethodAlgorithm ?? output.Floating;
        using var hasher = new ContentHasher(how);
        var scanner = new ReferenceScanner(sought);
        var isPlainFile = await WalkAsync(tree, output, hasher, Tap, ct).ConfigureAwait(false);
        if (how is { Method: ContentAddressMethod.Flat or ContentAddressMethod.Text } && !isPlainFile)
            throw new StoreException.UnsupportedFile(StoreDir.Print(output.Path), ObjectAdder.FlatRule);
        var (hash, address) = hasher.Finish();
        var info = new PathInfo
        {
            Path = output.Path,
            NarHash = hash,
            NarSizeBytes = hasher.SizeBytes,
            References = output.DiscardsReferences ? [] : scanner.Found,
            Deriver = deriver,
            IsUltimate = true,
            ContentAddress = address,
        };
        if (output.ContentAddress is { } claimed && claimed != address)
            throw new StoreException.HashMismatch(
                StoreDir.Print(output.Path),
                claimed.Hash.Print(HashFormat.Sri),
                address?.Hash.Print(HashFormat.Sri) ?? "none"
            );
        return new(output, tree, info, scanner.Found, isPlainFile);

        void Tap(ReadOnlySpan<byte> bytes)
        {
            hasher.Nar(bytes);
            scanner.Feed(bytes);
        }
    }

    /// <summary>Renames the output into the stage and walks over it; copies it where it is on another file system,
    /// or where somebody may hold it open. What was built without a sandbox is asked for that, as it can be large.
    /// Answers whether it is one file that may not be run.</summary>
    private static async Task<bool> WalkAsync(
        StagedTree tree,
        BuiltOutput output,
        ContentHasher hasher,
        NarTap tap,
        CancellationToken ct
    )
    {
        var source = Encoding.UTF8.GetBytes(output.File);
        var isAsked = output is { MayBeHeldOpen: false, Owner: not null };
        var moved =
            output.MayBeHeldOpen || (isAsked && !OutputSeal.TryApply(tree.Files, output))
                ? -Errno.CrossDevice
                : await MoveSharedFile
                    .RenameAsync(
                        tree.Files,
                        Syscalls.CurrentDirectory,
                        source,
                        tree.Stage.Directory,
                        Stage.Object.ToArray()
                    )
                    .ConfigureAwait(false);
        if (moved == 0)
        {
            var inPlace = new RootContents(hasher, new OutputCanonicaliser(tree));
            var name = Stage.Object.ToArray();
            await ObjectAdder
                .WalkAsync(tree, tree.Stage.Directory, name, output.File, inPlace, tap, ct)
                .ConfigureAwait(false);
            return inPlace.IsPlainFile;
        }
        if (moved != -Errno.CrossDevice)
            throw Errno.Exception(-moved, "move the output", output.File);
        using var restorer = new TreeRestorer(tree);
        var copy = new RootContents(hasher, new SourceCopier(restorer, isOurs: true, isAsked ? null : output));
        await ObjectAdder
            .WalkAsync(tree, Syscalls.CurrentDirectory, source, output.File, copy, tap, ct)
            .ConfigureAwait(false);
        return copy.IsPlainFile;
    }
}
