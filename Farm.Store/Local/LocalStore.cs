using System.Collections.Immutable;
using Farm.Store.Actors;
using Farm.Store.Closures;
using Farm.Store.Collector;
using Farm.Store.Database;
using Farm.Store.Hashing;
using Farm.Store.Integrity;
using Farm.Store.Locking;
using Farm.Store.Nar;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Farm.Store.Signing;

namespace Farm.Store.Local;

/// <summary>The store on this machine's disk, in Nix's layout, with Nix's database. This process owns it while it is open.</summary>
/// <remarks>May be used by many at once. What is valid cannot be changed; what is refused or interrupted leaves nothing behind.</remarks>
public sealed class LocalStore : IStore, IAsyncDisposable
{
    private readonly OwnerLock _owner;
    private readonly StoreDatabase _database;
    private readonly StoreFiles _files;
    private readonly StoreRecords _records;
    private readonly ObjectAdder _adder;
    private readonly StoreActors _actors;

    private LocalStore(
        OwnerLock owner,
        StoreDatabase database,
        StoreFiles files,
        StoreKeys keys,
        StoreActors actors,
        IActorRef writer,
        CollectorSettings collector,
        TimeProvider clock
    )
    {
        (_owner, _database, _files, Keys, _actors) = (owner, database, files, keys, actors);
        _records = new(database, actors, writer, files.Layout);
        TempRoots = new(files.Layout);
        Collector = collector;
        Reserved = new(files.Layout, collector.ReservedBytes);
        Reserved.TryMake();
        AutoCollector = new(this, clock);
        _adder = new(files, _records, TempRoots);
    }

    public StoreLayout Layout => _files.Layout;
    public StoreDir StoreDir => Layout.StoreDir;

    /// <summary>The files, for the operations on the whole store that stand beside this class.</summary>
    internal StoreFiles Files => _files;

    /// <summary>What makes objects, for the same.</summary>
    internal ObjectAdder Adder => _adder;

    /// <summary>What is recorded, for the same.</summary>
    internal StoreRecords Records => _records;

    /// <summary>What this process needs for now. Adding holds what it adds while it does; whoever goes on to use a path holds it.</summary>
    public TempRoots TempRoots { get; }

    /// <summary>Fails with a <see cref="VitalActorException"/> when a part of the store has failed that it cannot do without; the
    /// process should then end. Whoever waits for an operation is told the same.</summary>
    public Task Failure => _actors.Failure;

    /// <summary>What is collected when, by the settings that the store was opened with.</summary>
    public CollectorSettings Collector { get; }

    /// <summary>Collects when space is short.</summary>
    public AutoCollector AutoCollector { get; }

    /// <summary>What is given up when a collection begins.</summary>
    internal ReservedSpace Reserved { get; }

    /// <summary>Whether registered files have the immutable bit.</summary>
    public bool UsesImmutableBit => _files.UsesImmutableBit;

    /// <summary>What signs the paths built here, and whose signatures count.</summary>
    public StoreKeys Keys { get; }

    /// <summary>What was put in order when the store was opened.</summary>
    public MendingReport Mending { get; private set; } = new(WasClean: true, 0, 0, 0);

    /// <summary>What whoever opened the store should be told of it, once; one sentence each.</summary>
    public ImmutableArray<string> Notices => _files.Notices;

    /// <summary>What the sharing of equal files has come to.</summary>
    public LinkCounters Links => _files.Counters;

    /// <summary>Opens a store, or makes it where there is none, and takes it for this process.</summary>
    /// <exception cref="StoreException.Owned">Another process has it open.</exception>
    /// <exception cref="StoreException.CorruptDatabase">Its database cannot be used.</exception>
    public static Task<LocalStore> OpenAsync(
        LocalStoreSettings settings,
        ActorSystem system,
        TimeProvider clock,
        CancellationToken ct
    ) => OpenAsync(settings, system, clock, locks => locks, ct);

    /// <summary>As the public one, with locks of another kind.</summary>
    internal static async Task<LocalStore> OpenAsync(
        LocalStoreSettings settings,
        ActorSystem system,
        TimeProvider clock,
        Func<IPathLocks, IPathLocks> wrapLocks,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(system);
        var owner = await Task.Run(() => OwnerLock.Take(settings.Layout), ct).ConfigureAwait(false);
        OpenRecord? record = null;
        StoreFiles? files = null;
        StoreDatabase? database = null;
        var actors = StoreActors.Begin(system);
        try
        {
            var keys = await StoreKeys.LoadAsync(settings.Signing, ct).ConfigureAwait(false);
            var locks = await actors
                .BeginAsync(Props.Create(() => new PathLocksActor()), "path-locks", ct)
                .ConfigureAwait(false);
            var layout = settings.Layout;
            record = OpenRecord.Open(layout, OpenRecord.CurrentBootId(), settings.FsyncMetadata);
            files = StoreFiles.Open(settings, wrapLocks(new ActorPathLocks(actors, locks)), record);
            database = StoreDatabase.Open(layout.DatabaseDir, layout.StoreDir, settings.FsyncMetadata, clock);
            var writes = database.Writes;
            var writer = await actors
                .BeginAsync(Props.Create(() => new StoreWriterActor(writes)), "store-writer", ct)
                .ConfigureAwait(false);
            var store = new LocalStore(owner, database, files, keys, actors, writer, settings.Collector, clock);
            store.Mending = await new StartupMending(files, store._records).RunAsync(ct).ConfigureAwait(false);
            return store;
        }
        catch
        {
            await actors.DisposeAsync().ConfigureAwait(false);
            database?.Dispose();
            files?.Dispose();
            // What was to be mended stays on record.
            if (record?.Last is LastStop.Clean)
                record.End();
            record?.Dispose();
            owner.Dispose();
            throw;
        }
    }

    public Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct) => _records.QueryAsync(path, ct);

    public Task<StorePath?> QueryPathFromHashPartAsync(StorePathHash hash, CancellationToken ct) =>
        _records.QueryPathFromHashPartAsync(hash, ct);

    public Task<ImmutableSortedSet<StorePath>> ValidAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct) =>
        _records.AskAsync(queries => queries.Valid(paths), ct);

    /// <summary>Those of the paths that are valid with what is recorded of them, all at one moment.</summary>
    public async Task<ReferenceGraph> GraphAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct) =>
        new(await _records.AskAsync(queries => queries.Infos(paths), ct).ConfigureAwait(false));

    /// <summary>How many paths are valid, and how long they are as archives.</summary>
    public Task<StoreTotals> TotalsAsync(CancellationToken ct) => _records.AskAsync(queries => queries.Totals(), ct);

    /// <summary>Every valid path.</summary>
    public Task<ImmutableSortedSet<StorePath>> AllValidAsync(CancellationToken ct) =>
        _records.AskAsync(queries => queries.AllValid(), ct);

    /// <summary>What a path refers to, itself included where it does.</summary>
    /// <exception cref="StoreException.InvalidPath">It is not valid.</exception>
    public async Task<ImmutableSortedSet<StorePath>> ReferencesAsync(StorePath path, CancellationToken ct) =>
        (await ValidInfoAsync(path, ct).ConfigureAwait(false)).References;

    /// <summary>Valid paths that refer to this one, itself included where it does; none where it is not valid.</summary>
    public Task<ImmutableSortedSet<StorePath>> ReferrersAsync(StorePath path, CancellationToken ct) =>
        _records.AskAsync(queries => queries.Referrers(path), ct);

    /// <summary>The paths and all they refer to, directly or not.</summary>
    /// <exception cref="StoreException.InvalidPath">One of them is not valid.</exception>
    public Task<ImmutableSortedSet<StorePath>> ClosureAsync(
        IReadOnlyCollection<StorePath> paths,
        CancellationToken ct
    ) => _records.AskAsync(queries => queries.Closure(paths), ct);

    /// <summary>Valid derivations that have this path as an output.</summary>
    public Task<ImmutableSortedSet<StorePath>> ValidDeriversAsync(StorePath output, CancellationToken ct) =>
        _records.AskAsync(queries => queries.ValidDerivers(output), ct);

    public async Task DumpNarAsync(StorePath path, Stream destination, CancellationToken ct)
    {
        await using var hold = await TempRoots.HoldHereAsync(path, ct).ConfigureAwait(false);
        var info = await ValidInfoAsync(path, ct).ConfigureAwait(false);
        var written = await NarDump.WriteAsync(Layout.ToPhysical(path), destination, ct).ConfigureAwait(false);
        // A path that is deleted meanwhile loses files, and with them bytes of its archive.
        info.RequireNarSize(StoreDir, written);
    }

    /// <summary>Reads a valid path's files and compares them with what is recorded.</summary>
    /// <exception cref="StoreException.InvalidPath">The path is not valid.</exception>
    /// <exception cref="StoreException.FileSystem">Its files cannot be read, or are not there.</exception>
    public async Task<ContentsCheck> CheckContentsAsync(StorePath path, CancellationToken ct)
    {
        await using var hold = await TempRoots.HoldHereAsync(path, ct).ConfigureAwait(false);
        var recorded = await ValidInfoAsync(path, ct).ConfigureAwait(false);
        var (hash, sizeBytes) = await NarDump.HashAsync(Layout.ToPhysical(path), ct).ConfigureAwait(false);
        return new(path, recorded.NarHash, recorded.NarSizeBytes, hash, sizeBytes);
    }

    /// <summary>Opens a file, directory or symbolic link in a valid path, without following any link.</summary>
    /// <param name="path">The store object.</param>
    /// <param name="inside">What is meant in it: empty for the object itself, else begins with a slash.</param>
    /// <param name="ct">Stops the look-up.</param>
    /// <exception cref="StoreException.InvalidPath">The path is not valid.</exception>
    /// <exception cref="StoreException.FileSystem">There is nothing of that name in it.</exception>
    public async Task<ObjectFile> OpenInsideAsync(StorePath path, string inside, CancellationToken ct)
    {
        await ValidInfoAsync(path, ct).ConfigureAwait(false);
        return ObjectFile.Open(Layout, path, inside);
    }

    public async Task<PathInfo> AddFromNarAsync(PathInfo expected, Stream nar, CancellationToken ct)
    {
        var held = expected.References.Add(expected.Path);
        await using var hold = await TempRoots.HoldAsync(held, ct).ConfigureAwait(false);
        if (await QueryAsync(expected.Path, ct).ConfigureAwait(false) is { } known)
            return known;
        await CheckReferencesAsync(expected, ct).ConfigureAwait(false);
        if (expected.ContentAddress is { } address && !expected.IsContentAddressed(StoreDir))
            throw new StoreException.WrongContentAddress(StoreDir.Print(expected.Path), address.ToString());
        await using var bounded = new BoundedStream(nar, expected.NarSizeBytes);
        return await AutoCollector.AddAsync(() => _adder.AddNarAsync(expected, bounded, ct), ct).ConfigureAwait(false);
    }

    /// <summary>Adds a copy of a file or directory under the path that follows from its content.</summary>
    /// <param name="name">The name in the store path.</param>
    /// <param name="sourcePath">What to copy. A symbolic link is copied as such.</param>
    /// <param name="method">Flat, for one file's bytes, or NAR.</param>
    /// <param name="algorithm">Of the content address.</param>
    /// <param name="ct">Stops before the path is made valid.</param>
    /// <exception cref="StoreException.UnsupportedFile">It contains a device, socket or pipe, or is no plain file though added flat.</exception>
    public Task<PathInfo> AddFileTreeAsync(
        StorePathName name,
        string sourcePath,
        ContentAddressMethod method,
        HashAlgorithm algorithm,
        CancellationToken ct
    ) => AutoCollector.AddAsync(() => _adder.AddFilesAsync(name, sourcePath, method, algorithm, ct), ct);

    /// <summary>Adds what a NAR holds under the path that follows from it, in one pass. Reads possibly beyond the archive.</summary>
    /// <param name="name">The name in the store path.</param>
    /// <param name="nar">The archive. An object without references.</param>
    /// <param name="how">Flat, for one file's bytes, or NAR, and the algorithm of the content address.</param>
    /// <param name="ct">Stops before the path is made valid.</param>
    /// <exception cref="StoreException.UnsupportedFile">It is no plain file though added flat.</exception>
    /// <exception cref="NixFormatException">The stream is no NAR.</exception>
    public Task<PathInfo> AddUnknownNarAsync(
        StorePathName name,
        Stream nar,
        MethodAlgorithm how,
        CancellationToken ct
    ) => AutoCollector.AddAsync(() => _adder.AddUnknownNarAsync(name, nar, how, ct), ct);

    /// <summary>Adds a path from a NAR that comes before all that is said of it.</summary>
    /// <param name="nar">The archive; nothing beyond it is taken.</param>
    /// <param name="maxNarBytes">Longest archive taken.</param>
    /// <param name="describe">Tells what the path is, by hash and length of the archive.</param>
    /// <param name="ct">Stops before the path is made valid.</param>
    internal async Task<PathInfo> AddDescribedNarAsync(
        Stream nar,
        long maxNarBytes,
        Func<Sha256Digest, long, Task<PathInfo>> describe,
        CancellationToken ct
    )
    {
        await using var bounded = new BoundedStream(nar, maxNarBytes);
        try
        {
            return await AutoCollector
                .AddAsync(
                    () => _adder.AddDescribedNarAsync(bounded, describe, info => CheckReferencesAsync(info, ct), ct),
                    ct
                )
                .ConfigureAwait(false);
        }
        catch (NixFormatException) when (bounded.IsUsedUp)
        {
            throw new NixFormatException(
                $"An archive is longer than {maxNarBytes} bytes, the most that is taken here."
            );
        }
    }

    /// <summary>Adds a text, such as a derivation, under the path that follows from it and its references.</summary>
    /// <exception cref="StoreException.MissingReference">A reference is not valid.</exception>
    /// <exception cref="StoreException.InvalidDerivation">The name ends in <c>.drv</c>, and the text breaks a rule.</exception>
    public Task<PathInfo> AddTextAsync(
        StorePathName name,
        ReadOnlyMemory<byte> text,
        ImmutableSortedSet<StorePath> references,
        CancellationToken ct
    )
    {
        var nar = NarWriter.OfFile(text.Span);
        var hash = Sha256Digest.Compute(text.Span);
        var info = new PathInfo
        {
            Path = StorePathMaker.Text(StoreDir, name, hash, references),
            NarHash = Sha256Digest.Compute(nar),
            NarSizeBytes = nar.Length,
            References = references,
            ContentAddress = ContentAddress.Create(ContentAddressMethod.Text, hash.ToHash()),
        };
        return AddFromNarAsync(info, new MemoryStream(nar), ct);
    }

    /// <summary>Takes over what a build has made: makes it canonical, hashes it and finds its references in one pass, and makes all
    /// outputs valid in one transaction. An output that is valid already stays as it is.</summary>
    /// <param name="outputs">The outputs; their files are moved away, and gone also where one is refused.</param>
    /// <param name="candidates">What they may refer to: the closure of the inputs. The outputs themselves are added.</param>
    /// <param name="deriver">The derivation that was built.</param>
    /// <param name="judge">Told what would be recorded, in the same order; answers half a sentence to refuse all, or null.</param>
    /// <param name="ct">Stops before any path is made valid.</param>
    /// <returns>What is then recorded, in the order of <paramref name="outputs"/>.</returns>
    /// <exception cref="StoreException.HashMismatch">A fixed output has another hash.</exception>
    /// <exception cref="StoreException.ReferenceCycle">The outputs refer to one another in a circle.</exception>
    /// <exception cref="StoreException.RefusedOutput">They were refused; none is valid.</exception>
    public Task<IReadOnlyList<PathInfo>> RegisterOutputsAsync(
        IReadOnlyList<BuiltOutput> outputs,
        IReadOnlyCollection<StorePath> candidates,
        StorePath? deriver,
        Func<IReadOnlyList<PathInfo>, string?> judge,
        CancellationToken ct
    ) => AutoCollector.AddAsync(() => new OutputTaker(this).TakeAsync(outputs, candidates, deriver, judge, ct), ct);

    /// <summary>Adds signatures to a valid path. Whether they are right is not looked at: each reader trusts its own keys.</summary>
    /// <returns>What is then recorded.</returns>
    /// <exception cref="StoreException.InvalidPath">The path is not valid.</exception>
    /// <exception cref="NixFormatException">A text is no signature.</exception>
    public async Task<PathInfo> AddSignaturesAsync(
        StorePath path,
        IReadOnlyCollection<string> signatures,
        CancellationToken ct
    )
    {
        ct.ThrowIfCancellationRequested();
        if (signatures.FirstOrDefault(text => !SignatureText.IsValid(text) || text.Any(char.IsWhiteSpace)) is { } wrong)
            throw new NixFormatException($"'{wrong}' is no signature: a key name, a colon and base-64 must be there.");
        return await _records.AddSignaturesAsync(path, [.. signatures]).ConfigureAwait(false)
            ?? throw new StoreException.InvalidPath(StoreDir.Print(path));
    }

    /// <summary>Makes a path invalid and removes its files, whoever holds it: for tests of what two changes do to one another.
    /// Nothing happens where there is neither.</summary>
    /// <exception cref="StoreException.InUse">Other valid paths refer to it.</exception>
    internal async Task DeleteAsync(StorePath path, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await using var aside = _files.NewStage();
        await _files
            .UnderLockAsync(new PathLockKey.Path(path), new DeletePath(aside, _records, path))
            .ConfigureAwait(false);
    }

    /// <summary>Removes from <c>.links</c> what no store path shares any more. Answers the bytes freed.</summary>
    public async Task<long> SweepLinksAsync(CancellationToken ct) =>
        (await new LinkSweeper(_files).SweepAsync(progress: null, ct).ConfigureAwait(false)).RemovedBytes;

    /// <summary>Ends the actors and lets the store go. No operation may be under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await AutoCollector.DisposeAsync().ConfigureAwait(false);
        await _files.Stages.DisposeAsync().ConfigureAwait(false);
        await _actors.DisposeAsync().ConfigureAwait(false);
        TempRoots.Dispose();
        _database.Dispose();
        _files.Dispose();
        _files.Record.End();
        _owner.Dispose();
    }

    private async Task<PathInfo> ValidInfoAsync(StorePath path, CancellationToken ct) =>
        await QueryAsync(path, ct).ConfigureAwait(false) ?? throw new StoreException.InvalidPath(StoreDir.Print(path));

    private async Task CheckReferencesAsync(PathInfo info, CancellationToken ct)
    {
        var others = info.References.Remove(info.Path);
        var missing = others.Except(await ValidAsync(others, ct).ConfigureAwait(false));
        if (!missing.IsEmpty)
            throw new StoreException.MissingReference(StoreDir.Print(info.Path), StoreDir.Print(missing[0]));
    }
}
