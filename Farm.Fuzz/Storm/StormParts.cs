using System.Collections.Immutable;
using Farm.Fuzz.Engine;
using Farm.Store.Collector;
using Farm.Store.Exporting;
using Farm.Store.Hashing;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Optimising;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Fuzz.Storm;

/// <summary>What each part of a storm does, and what the store promises it.</summary>
internal sealed class StormParts : IDisposable
{
    private const int ObjectCount = 60;
    private const int OwnRoots = 12;
    private const string ForDeath = "dead-";
    private const string SharedRoot = "storm/current";
    private const long MaxNarBytes = 1 << 20;

    private readonly LocalStore _store;
    private readonly StormObjects _maker;
    private readonly ImmutableArray<StormObject> _objects;
    private readonly GcRoots _roots;
    private readonly GarbageCollector _collector;
    private readonly SemaphoreSlim _optimiserTurn = new(1);
    private readonly SemaphoreSlim _verifierTurn = new(1);
    private bool _hadRoot;
    private long _unique;

    public StormParts(LocalStore store, string scratch, int seed)
    {
        _store = store;
        _maker = new StormObjects(store.StoreDir, Directory.CreateDirectory(scratch).FullName, seed);
        _objects = _maker.Make(ObjectCount);
        _roots = new GcRoots(store);
        _collector = new GarbageCollector(store, new CollectorSettings());
    }

    public IEnumerable<StormPart> All() =>
        [
            new("additions", 3, AddAsync),
            new("root replacements", 2, ReplaceRootAsync),
            new("root look-ups", 1, FollowRootAsync),
            new("roots added and removed", 2, ChangeOwnRootAsync),
            new("readings", 2, ReadAsync),
            new("exports and imports", 1, ExportAsync),
            new("collections", 1, CollectAsync),
            new("optimisations", 1, OptimiseAsync),
            new("verifications", 1, VerifyAsync),
        ];

    public void Dispose()
    {
        _optimiserTurn.Dispose();
        _verifierTurn.Dispose();
    }

    private string SharedLink => $"{_store.Layout.RootsDir}/{SharedRoot}";

    private async Task AddAsync(Random random, CancellationToken ct)
    {
        var wanted = Pick(random);
        await using var hold = await EnsureAsync(wanted, ct);
        await CheckAsync(wanted.ClosurePaths, ct);
    }

    /// <summary>All replace the same root.</summary>
    private async Task ReplaceRootAsync(Random random, CancellationToken ct)
    {
        var wanted = Pick(random);
        await using var hold = await EnsureAsync(wanted, ct);
        await _roots.AddPermanentAsync(wanted.Path, SharedRoot, ct);
    }

    /// <summary>What a root names is there, with all it needs: held first, and looked at again, as it may be replaced in between.</summary>
    private async Task FollowRootAsync(Random random, CancellationToken ct)
    {
        if (new FileInfo(SharedLink).LinkTarget is not { } target)
        {
            LawBrokenException.Unless(!_hadRoot, "a root that is replaced is always there");
            return;
        }
        _hadRoot = true;
        var path = _store.StoreDir.ParsePath(target);
        await using var hold = await _store.TempRoots.HoldAsync([path], ct);
        if (new FileInfo(SharedLink).LinkTarget == target)
            await CheckAsync(await _store.ClosureAsync([path], ct), ct);
    }

    private async Task ChangeOwnRootAsync(Random random, CancellationToken ct)
    {
        var name = $"storm/own-{random.Next(OwnRoots)}";
        if (random.Next(3) == 0)
        {
            _roots.RemovePermanent(name);
            return;
        }
        var wanted = Pick(random);
        await using var hold = await EnsureAsync(wanted, ct);
        await _roots.AddPermanentAsync(wanted.Path, name, ct);
    }

    /// <summary>Looks at any path. Once it is held, what is valid stays so.</summary>
    private async Task ReadAsync(Random random, CancellationToken ct)
    {
        StorePath[] valid = [.. (await _store.AllValidAsync(ct)).Where(IsNotForDeath)];
        if (valid.Length == 0)
            return;
        var path = valid[random.Next(valid.Length)];
        await using var hold = await _store.TempRoots.HoldAsync([path], ct);
        if (await _store.QueryAsync(path, ct) is null)
            return;
        await CheckAsync(await _store.ClosureAsync([path], ct), ct);
        LawBrokenException.Unless(
            await _store.QueryPathFromHashPartAsync(path.Hash, ct) == path,
            "a valid path is found by its hash part"
        );
        foreach (var referrer in await _store.ReferrersAsync(path, ct))
        {
            var info = await _store.QueryAsync(referrer, ct);
            LawBrokenException.Unless(info is null || info.References.Contains(path), "a referrer refers to the path");
        }
    }

    private async Task ExportAsync(Random random, CancellationToken ct)
    {
        var wanted = Pick(random);
        using var stream = new MemoryStream();
        await using (var hold = await EnsureAsync(wanted, ct))
            await new StoreExporter(_store).ExportAsync(wanted.ClosurePaths, stream, null, ct);
        await Task.Delay(random.Next(20), ct);
        stream.Position = 0;
        await using var again = await _store.TempRoots.HoldAsync(wanted.ClosurePaths, ct);
        await new StoreImporter(_store).ImportAsync(stream, MaxNarBytes, null, ct);
        await CheckAsync(wanted.ClosurePaths, ct);
    }

    /// <summary>What nobody keeps does not outlive the next whole collection. An optimiser holds the path that it is at, and a verifier
    /// has its files open, which makes it a root, as Nix's do: so that is looked at when neither runs.</summary>
    private async Task CollectAsync(Random random, CancellationToken ct)
    {
        if (random.Next(3) == 0)
        {
            await _collector.CollectAsync(new CollectRequest.Collect(random.Next(4096)), null, ct);
            return;
        }
        await _maker.Text($"{ForDeath}{Interlocked.Increment(ref _unique)}", []).AddAsync(_store, ct);
        if (random.Next(2) == 0)
        {
            await _collector.CollectAsync(new CollectRequest.Collect(), null, ct);
            return;
        }
        await _optimiserTurn.WaitAsync(ct);
        await _verifierTurn.WaitAsync(ct);
        try
        {
            await _collector.CollectAsync(new CollectRequest.Collect(), null, ct);
        }
        finally
        {
            _verifierTurn.Release();
            _optimiserTurn.Release();
        }
        LawBrokenException.Unless(
            (await _store.AllValidAsync(ct)).All(IsNotForDeath),
            "what is dead does not outlive the next collection"
        );
    }

    private async Task OptimiseAsync(Random random, CancellationToken ct)
    {
        await _optimiserTurn.WaitAsync(ct);
        try
        {
            var report = await new StoreOptimiser(_store).OptimiseAsync(null, ct);
            LawBrokenException.Unless(
                report is { CorruptLinks: 0, Suspicious.IsEmpty: true },
                $"an optimiser meets only good links and files: {report}"
            );
        }
        finally
        {
            _optimiserTurn.Release();
        }
    }

    private async Task VerifyAsync(Random random, CancellationToken ct)
    {
        await _verifierTurn.WaitAsync(ct);
        try
        {
            var report = await new StoreVerifier(_store).VerifyAsync(new VerifyOptions(random.Next(3) > 0), null, ct);
            LawBrokenException.Unless(
                report.Findings.IsEmpty,
                $"a verification finds nothing: {string.Join("; ", report.Findings)}"
            );
        }
        finally
        {
            _verifierTurn.Release();
        }
    }

    /// <summary>Holds the object and all it needs, and adds what is not there.</summary>
    private async Task<StoreHold> EnsureAsync(StormObject wanted, CancellationToken ct)
    {
        var hold = await _store.TempRoots.HoldAsync(wanted.ClosurePaths, ct);
        try
        {
            foreach (var needed in wanted.Needs.Append(wanted))
            {
                if (await _store.QueryAsync(needed.Path, ct) is null)
                    await needed.AddAsync(_store, ct);
            }
            return hold;
        }
        catch
        {
            await hold.DisposeAsync();
            throw;
        }
    }

    /// <summary>Paths that somebody keeps are valid, and their contents are what is recorded.</summary>
    private async Task CheckAsync(IEnumerable<StorePath> paths, CancellationToken ct)
    {
        foreach (var path in paths)
        {
            var info = await _store.QueryAsync(path, ct);
            LawBrokenException.Unless(info is not null, "a path that is kept is valid");
            using var nar = new MemoryStream();
            await _store.DumpNarAsync(path, nar, ct);
            LawBrokenException.Unless(
                Sha256Digest.Compute(nar.ToArray()) == info!.NarHash,
                "a path that is kept has the contents that are recorded"
            );
        }
    }

    /// <summary>What is read is held, and what is held outlives a collection.</summary>
    private static bool IsNotForDeath(StorePath path) => !path.Name.StartsWith(ForDeath, StringComparison.Ordinal);

    private StormObject Pick(Random random) => _objects[random.Next(_objects.Length)];
}
