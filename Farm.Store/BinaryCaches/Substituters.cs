using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Roots;

namespace Farm.Store.BinaryCaches;

/// <summary>The binary caches that a store fetches paths from. What they say is believed when it is signed; what they send is
/// checked before it is valid. All a bad cache can do is not to be of use.</summary>
/// <remarks>For each path the caches are asked by priority. References are fetched before what refers to them. Where one cache fails,
/// the next that has the path helps out. Source: Nix's <c>PathSubstitutionGoal</c>.</remarks>
public sealed class Substituters : IDisposable
{
    private readonly LocalStore _store;
    private readonly SubstituterSettings _settings;
    private readonly HttpCacheClient _http;
    private readonly LookUpCache _lookUps;
    private readonly ImmutableArray<Substituter> _caches;
    private readonly SemaphoreSlim _jobs;
    private readonly PathGates _gates = new();

    private Substituters(
        LocalStore store,
        SubstituterSettings settings,
        HttpCacheClient http,
        LookUpCache lookUps,
        ImmutableArray<Substituter> caches
    )
    {
        (_store, _settings, _http, _lookUps, _caches) = (store, settings, http, lookUps, caches);
        _jobs = new(settings.MaxJobs);
    }

    /// <summary>Whether there is nobody to ask.</summary>
    public bool IsEmpty => _caches.IsEmpty;

    /// <summary>Whether what a cache has and cannot be fetched is to be built.</summary>
    public bool Fallback => _settings.Fallback;

    /// <summary>Takes the caches for use; none is asked yet.</summary>
    /// <param name="settings">Which caches, and how.</param>
    /// <param name="store">Where paths are added, and whose keys count. Stays open.</param>
    /// <param name="clock">Measures how long answers are remembered.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="StoreException.FileSystem">A file of keys or passwords cannot be read.</exception>
    public static async Task<Substituters> OpenAsync(
        SubstituterSettings settings,
        LocalStore store,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var http = HttpCacheClient.Create(settings.Http);
        LookUpCache? lookUps = null;
        try
        {
            var limits = new LookUpLimits(settings.PositiveTtl, settings.NegativeTtl, settings.InfoTtl);
            var file = Path.Combine(store.Layout.StateDir, "farm-cache-lookups.sqlite");
            lookUps = await Task.Run(() => LookUpCache.Open(file, limits, clock), ct).ConfigureAwait(false);
            var caches = ImmutableArray.CreateBuilder<Substituter>();
            foreach (var address in settings.IsOn ? settings.Caches : [])
            {
                var cache = await BinaryCacheStore
                    .CreateAsync(address, store.StoreDir, http, settings.Http, ct)
                    .ConfigureAwait(false);
                caches.Add(new(cache, lookUps, store.Keys, clock));
            }
            return new(store, settings, http, lookUps, caches.ToImmutable());
        }
        catch
        {
            lookUps?.Dispose();
            http.Dispose();
            throw;
        }
    }

    /// <summary>The first cache that has a path which may be believed; null with the reasons, as half a sentence, where none has.</summary>
    public async Task<(Substitutable? Found, string? Reason)> FindAsync(StorePath path, CancellationToken ct) =>
        (await FindAsync(path, null, ct).ConfigureAwait(false)) switch
        {
            LookedUp.There there => (there.Found, null),
            LookedUp.Absent absent => (null, absent.Reason),
            _ => throw new UnreachableException(),
        };

    /// <summary>What the first cache that knows it, and may be believed, says that an output has come to; null where none does. A cache
    /// that fails is passed over: the output is then built.</summary>
    public async Task<Realisation?> FindAsync(DerivationOutputId id, CancellationToken ct)
    {
        await Task.WhenAll(_caches.Select(cache => TryBeginAsync(cache, ct))).ConfigureAwait(false);
        foreach (var cache in InOrder())
        {
            try
            {
                if (await cache.FindAsync(id, ct).ConfigureAwait(false) is { } found)
                    return found;
            }
            catch (Exception failure) when (failure is StoreException.CacheFailure or StoreException.RefusedSubstitute)
            {
                // The next one may do better.
            }
        }
        return null;
    }

    /// <summary>What would be fetched to have the paths valid.</summary>
    public Task<SubstitutionPlan> PlanAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct) =>
        PlanAsync(paths, new(), _store.ValidAsync, ct);

    /// <summary>Fetches the paths and all they refer to, as far as they can be had. Hold the paths before, so that they stay.</summary>
    /// <returns>The paths, and what they refer to, that are not valid now, each with the reason as half a sentence.</returns>
    /// <exception cref="StoreException.NoSpace">The store has no space for them.</exception>
    public async Task<ImmutableSortedDictionary<StorePath, string>> RealiseAsync(
        IReadOnlyCollection<StorePath> paths,
        IProgress<SubstitutionProgress>? progress,
        CancellationToken ct
    )
    {
        var failed = new ConcurrentDictionary<(StorePath Path, Substituter Cache), string>();
        var holds = new List<StoreHold>();
        try
        {
            while (true)
            {
                var plan = await PlanAsync(paths, failed, HoldAsync, ct).ConfigureAwait(false);
                foreach (var path in plan.Unasked)
                    progress?.Report(new SubstitutionProgress.NotAsked(path, plan.Unavailable[path]));
                if (plan.ToFetch.IsEmpty)
                    return plan.Unavailable;
                progress?.Report(
                    new SubstitutionProgress.Planned(
                        [.. plan.ToFetch.Select(one => one.Path)],
                        plan.DownloadBytes,
                        plan.NarBytes
                    )
                );
                var failures = failed.Count;
                await FetchAllAsync(plan, failed, progress, ct).ConfigureAwait(false);
                if (failed.Count == failures)
                    return plan.Unavailable;
            }
        }
        finally
        {
            foreach (var hold in holds)
                await hold.DisposeAsync().ConfigureAwait(false);
        }

        // Held before they are looked up: what is valid stays until what refers to it is valid too.
        async Task<ImmutableSortedSet<StorePath>> HoldAsync(
            IReadOnlyCollection<StorePath> wave,
            CancellationToken token
        )
        {
            holds.Add(await _store.TempRoots.HoldAsync(wave, token).ConfigureAwait(false));
            return await _store.ValidAsync(wave, token).ConfigureAwait(false);
        }
    }

    /// <summary>Offers the archive of a path whose hash is known, from one cache after the other, until one is of use.</summary>
    /// <param name="known">What is recorded of the path; a size of 0 is none on record.</param>
    /// <param name="use">Takes the archive, of just the length that the cache says, and checks it. Its answer is this method's.</param>
    /// <param name="ct">Stops.</param>
    /// <returns>False where no cache has the path with this hash.</returns>
    /// <exception cref="StoreException">None was of use, and this is what the first one failed with: a signature that is missing, an
    /// archive that is damaged.</exception>
    public async Task<bool> UseKnownNarAsync(
        PathInfo known,
        Func<Stream, CancellationToken, Task<bool>> use,
        CancellationToken ct
    )
    {
        await Task.WhenAll(_caches.Select(cache => TryBeginAsync(cache, ct))).ConfigureAwait(false);
        ExceptionDispatchInfo? first = null;
        foreach (var cache in InOrder())
        {
            try
            {
                if (
                    await cache.FindAsync(known.Path, ct).ConfigureAwait(false) is not { } narInfo
                    || narInfo.Info.NarHash != known.NarHash
                    || (known.NarSizeBytes > 0 && narInfo.Info.NarSizeBytes != known.NarSizeBytes)
                )
                    continue;
                CheckRoom(narInfo.Info, cache);
                await using var nar = await cache.OpenNarAsync(narInfo, ct).ConfigureAwait(false);
                return await use(nar, ct).ConfigureAwait(false);
            }
            catch (Exception failure) when (IsFaultOfCache(failure))
            {
                cache.Note(known.Path, failure);
                first ??= ExceptionDispatchInfo.Capture(failure);
            }
        }
        first?.Throw();
        return false;
    }

    public void Dispose()
    {
        _jobs.Dispose();
        _lookUps.Dispose();
        _http.Dispose();
    }

    private async Task<SubstitutionPlan> PlanAsync(
        IReadOnlyCollection<StorePath> paths,
        ConcurrentDictionary<(StorePath Path, Substituter Cache), string> failed,
        Func<IReadOnlyCollection<StorePath>, CancellationToken, Task<ImmutableSortedSet<StorePath>>> valid,
        CancellationToken ct
    )
    {
        await Task.WhenAll(_caches.Select(cache => TryBeginAsync(cache, ct))).ConfigureAwait(false);
        var atOnce = _settings.Http.Connections == 0 ? 25 : _settings.Http.Connections;
        var planner = new SubstitutionPlanner((path, token) => FindAsync(path, failed, token), valid, atOnce);
        return await planner.PlanAsync(paths, ct).ConfigureAwait(false);
    }

    /// <summary>Priorities are known before the first path is asked for.</summary>
    private static async Task TryBeginAsync(Substituter cache, CancellationToken ct)
    {
        try
        {
            await cache.BeginAsync(ct).ConfigureAwait(false);
        }
        catch (StoreException.CacheFailure)
        {
            // It is disabled now, and says so to each who asks.
        }
    }

    private async Task<LookedUp> FindAsync(
        StorePath path,
        ConcurrentDictionary<(StorePath Path, Substituter Cache), string>? failed,
        CancellationToken ct
    )
    {
        var reasons = new List<string>();
        var isUnasked = false;
        foreach (var cache in InOrder())
        {
            if (failed?.TryGetValue((path, cache), out var before) == true)
            {
                reasons.Add(before);
                continue;
            }
            try
            {
                if (await cache.FindAsync(path, ct).ConfigureAwait(false) is { } narInfo)
                    return new LookedUp.There(new(narInfo, cache));
            }
            catch (Exception failure) when (failure is StoreException.CacheFailure or StoreException.RefusedSubstitute)
            {
                reasons.Add(failure.Message.TrimEnd('.'));
                isUnasked |= failure is StoreException.CacheFailure && cache.HasBegun;
            }
        }
        return new LookedUp.Absent(reasons.Count == 0 ? null : string.Join("; ", reasons.Distinct()), isUnasked);
    }

    private IEnumerable<Substituter> InOrder() => _caches.OrderBy(cache => cache.Priority);

    private async Task FetchAllAsync(
        SubstitutionPlan plan,
        ConcurrentDictionary<(StorePath Path, Substituter Cache), string> failed,
        IProgress<SubstitutionProgress>? progress,
        CancellationToken ct
    )
    {
        using var first = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var begun = new Dictionary<StorePath, Task<bool>>();
        foreach (var one in plan.ToFetch)
        {
            var before = one.NarInfo.Info.References.Where(begun.ContainsKey).Select(path => begun[path]).ToArray();
            begun.Add(one.Path, AfterAsync(before, one));
        }
        await Task.WhenAll(begun.Values).ConfigureAwait(false);

        async Task<bool> AfterAsync(Task<bool>[] references, Substitutable one)
        {
            try
            {
                // Whatever a reference came to, its task is waited for, so that nothing goes on when this has ended.
                if ((await Task.WhenAll(references).ConfigureAwait(false)).Contains(false))
                    return false;
                await _jobs.WaitAsync(first.Token).ConfigureAwait(false);
                try
                {
                    return await _gates
                        .RunAsync(one.Path, () => FetchAsync(one, failed, progress, first.Token), first.Token)
                        .ConfigureAwait(false);
                }
                finally
                {
                    _jobs.Release();
                }
            }
            catch
            {
                await first.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private async Task<bool> FetchAsync(
        Substitutable one,
        ConcurrentDictionary<(StorePath Path, Substituter Cache), string> failed,
        IProgress<SubstitutionProgress>? progress,
        CancellationToken ct
    )
    {
        var (info, cache) = (one.NarInfo.Info, one.Cache);
        if (await _store.QueryAsync(info.Path, ct).ConfigureAwait(false) is not null)
            return true;
        progress?.Report(new SubstitutionProgress.Began(info.Path, cache.Address));
        try
        {
            CheckRoom(info, cache);
            await using var nar = await cache.OpenNarAsync(one.NarInfo, ct).ConfigureAwait(false);
            await using var told = new ReportingStream(
                nar,
                bytes => progress?.Report(new SubstitutionProgress.Received(info.Path, bytes))
            );
            await _store.AddFromNarAsync(info, told, ct).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsFaultOfCache(failure))
        {
            cache.Note(info.Path, failure);
            var reason = failure is StoreException.CacheFailure or StoreException.RefusedSubstitute
                ? failure
                : new StoreException.RefusedSubstitute(
                    info.Path.ToString(),
                    cache.Address,
                    failure.Message.TrimEnd('.')
                );
            failed[(info.Path, cache)] = reason.Message.TrimEnd('.');
            progress?.Report(new SubstitutionProgress.Refused(info.Path, cache.Address, reason.Message));
            return false;
        }
        progress?.Report(new SubstitutionProgress.Added(info.Path));
        return true;
    }

    /// <summary>An archive that cannot fit is not begun: whoever says such a size may mean to fill the disk.</summary>
    private void CheckRoom(PathInfo info, Substituter cache)
    {
        var free = new DriveInfo(_store.Layout.PhysicalStoreDir).AvailableFreeSpace;
        if (info.NarSizeBytes > free)
            throw new StoreException.RefusedSubstitute(
                info.Path.ToString(),
                cache.Address,
                $"it is said to have {info.NarSizeBytes} bytes, and {free} are free"
            );
    }

    /// <summary>Everything else is a failure of this store, or of this program.</summary>
    private static bool IsFaultOfCache(Exception failure) =>
        failure
            is NixFormatException
                or StoreException.CacheFailure
                or StoreException.RefusedSubstitute
                or StoreException.CorruptArchive
                or StoreException.HashMismatch
                or StoreException.WrongContentAddress
                or StoreException.MissingReference
                or StoreException.InvalidDerivation
                or StoreException.UnsupportedFile
                or StoreException.MissingLibrary;
}
