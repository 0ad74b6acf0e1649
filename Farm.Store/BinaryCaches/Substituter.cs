using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Signing;

namespace Farm.Store.BinaryCaches;

/// <summary>One binary cache that paths are fetched from: asked through what is remembered of it, left alone for a while after it failed.</summary>
internal sealed class Substituter(BinaryCacheStore cache, LookUpCache lookUps, StoreKeys keys, TimeProvider clock)
{
    /// <summary>How long a cache that failed is not asked.</summary>
    public static readonly TimeSpan DisabledFor = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private CacheInfo? _info;
    private DateTimeOffset _disabledUntil;
    private StoreException.CacheFailure? _failure;

    public string Address => cache.Address;

    /// <summary>Lower is asked first. A cache that could not be asked for its own counts as 0, like one that says nothing.</summary>
    public int Priority => cache.CacheAddress.Priority ?? _info?.Priority ?? 0;

    /// <summary>Why it is not asked now; null where it is.</summary>
    public StoreException.CacheFailure? Failure
    {
        get
        {
            lock (_gate)
                return clock.GetUtcNow() < _disabledUntil ? _failure : null;
        }
    }

    /// <summary>Whether it has said of itself that it is a cache of this store. What never did is no cache to rely on.</summary>
    public bool HasBegun => _info is not null;

    /// <summary>Gets what the cache says of itself, before it is asked anything else.</summary>
    /// <exception cref="StoreException.CacheFailure">It is no cache, of another store, or cannot be asked.</exception>
    public async Task BeginAsync(CancellationToken ct)
    {
        if (_info is not null)
            return;
        Refuse();
        try
        {
            _info = await InfoAsync(ct).ConfigureAwait(false);
        }
        catch (StoreException.CacheFailure failure)
        {
            Disable(failure);
            throw;
        }
    }

    /// <summary>What the cache has of a path that may be believed; null where it has none.</summary>
    /// <exception cref="StoreException.CacheFailure">It cannot be asked.</exception>
    /// <exception cref="StoreException.RefusedSubstitute">What it says is malformed, of another path, or not signed as it must be.</exception>
    public async Task<NarInfo?> FindAsync(StorePath path, CancellationToken ct)
    {
        await BeginAsync(ct).ConfigureAwait(false);
        if (lookUps.TryFind(Address, path.Hash, out var text))
            return text is null ? null : Check(path, text);
        Refuse();
        try
        {
            text = await cache.ReadNarInfoAsync(path.Hash, ct).ConfigureAwait(false);
        }
        catch (StoreException.CacheFailure failure)
        {
            Disable(failure);
            throw;
        }
        var checkedInfo = text is null ? null : Check(path, text);
        // Only what was believed is remembered: a cache that is mended is asked again.
        lookUps.Put(Address, path.Hash, text);
        return checkedInfo;
    }

    /// <summary>What the cache says that an output has come to; null where it says nothing, or nothing that may be believed.</summary>
    /// <exception cref="StoreException.CacheFailure">It cannot be asked.</exception>
    /// <exception cref="StoreException.RefusedSubstitute">What it says is malformed or about another output.</exception>
    public async Task<Realisation?> FindAsync(DerivationOutputId id, CancellationToken ct)
    {
        await BeginAsync(ct).ConfigureAwait(false);
        Refuse();
        try
        {
            var found = await cache.QueryRealisationAsync(id, ct).ConfigureAwait(false);
            return found is not null && (cache.CacheAddress.IsTrusted || keys.Believes(found)) ? found : null;
        }
        catch (StoreException.CacheFailure failure)
        {
            Disable(failure);
            throw;
        }
        catch (NixFormatException malformed)
        {
            throw new StoreException.RefusedSubstitute(id.ToString(), Address, malformed.Message.TrimEnd('.'));
        }
    }

    /// <summary>The archive of a path; of just the length that was said. Reading fails as looking it up does.</summary>
    public async Task<Stream> OpenNarAsync(NarInfo narInfo, CancellationToken ct)
    {
        Refuse();
        return await cache.OpenNarAsync(narInfo, ct).ConfigureAwait(false);
    }

    /// <summary>Takes note of a failure while an archive was fetched.</summary>
    public void Note(StorePath path, Exception failure)
    {
        lookUps.Forget(Address, path.Hash);
        if (failure is StoreException.CacheFailure broken)
            Disable(broken);
    }

    private async Task<CacheInfo> InfoAsync(CancellationToken ct)
    {
        if (lookUps.TryFindInfo(Address, out var text) && text is not null)
            return cache.CheckStoreDir(CacheInfo.Parse(text));
        var info = await cache.ReadInfoAsync(ct).ConfigureAwait(false);
        // Nix makes an empty directory a cache; what is behind HTTP must say that it is one.
        if (info is null && !cache.CacheAddress.Location.IsFile)
            throw new StoreException.CacheFailure(
                Address,
                $"it has no '{CacheInfo.FileName}', so it is no binary cache",
                isTransient: false
            );
        info ??= new(null, null, WantMassQuery: false);
        lookUps.PutInfo(Address, info.Print());
        return info;
    }

    private NarInfo Check(StorePath path, byte[] text)
    {
        var narInfo = cache.ParseNarInfo(path, text);
        try
        {
            if (!cache.CacheAddress.IsTrusted)
                keys.Check(cache.StoreDir, narInfo.Info);
            return narInfo;
        }
        catch (Exception unsigned) when (unsigned is StoreException.Untrusted or NixFormatException)
        {
            throw new StoreException.RefusedSubstitute(
                path.ToString(),
                Address,
                unsigned is NixFormatException
                    ? unsigned.Message.TrimEnd('.')
                    : "no trusted key has signed it, and it is not addressed by its content"
            );
        }
    }

    private void Disable(StoreException.CacheFailure failure)
    {
        lock (_gate)
            (_disabledUntil, _failure) = (clock.GetUtcNow() + DisabledFor, failure);
    }

    private void Refuse()
    {
        if (Failure is { } failure)
            throw failure;
    }
}
