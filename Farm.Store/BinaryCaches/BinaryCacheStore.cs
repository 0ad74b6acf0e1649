using System.Collections.Concurrent;
using System.Collections.Immutable;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Signing;

namespace Farm.Store.BinaryCaches;

/// <summary>A binary cache as a store: narinfos and compressed archives in files, on a disk or behind HTTP.</summary>
/// <remarks>A path is valid where its narinfo is there. Nothing is believed but that an archive has its hash: who trusts whom is for
/// the substituters. Source: Nix manual, "Binary cache".</remarks>
public sealed class BinaryCacheStore : IStore
{
    private const int MostAtOnce = 25;
    private const int MostAsked = 65536;

    private readonly ICacheFiles _files;
    private readonly CacheReader _reader;
    private readonly CacheWriter _writer;

    /// <summary>What was said of paths that were asked for, until their archives are: a copier asks for both.</summary>
    private readonly ConcurrentDictionary<StorePathHash, NarInfo> _asked = [];
    private CacheInfo? _info;

    private BinaryCacheStore(
        ICacheFiles files,
        CacheAddress address,
        StoreDir storeDir,
        ImmutableArray<SecretKey> keys,
        TimeSpan textWithin
    )
    {
        (_files, StoreDir, CacheAddress) = (files, storeDir, address);
        _reader = new(files, storeDir, textWithin);
        _writer = new(files, address, storeDir, keys);
    }

    public StoreDir StoreDir { get; }

    /// <summary>Where it is and how it is used.</summary>
    public CacheAddress CacheAddress { get; }

    /// <summary>For messages.</summary>
    public string Address => _files.Address;

    /// <summary>Takes a cache for use; it is not asked yet.</summary>
    /// <exception cref="StoreException.FileSystem">A key cannot be read.</exception>
    public static async Task<BinaryCacheStore> CreateAsync(
        CacheAddress address,
        StoreDir storeDir,
        HttpCacheClient http,
        HttpCacheSettings settings,
        CancellationToken ct
    )
    {
        ICacheFiles files = address.Location.IsFile
            ? new DirectoryCacheFiles(address.Location.LocalPath)
            : new HttpCacheFiles(http, address, settings, TimeProvider.System);
        return await CreateAsync(files, address, storeDir, settings.StalledTimeout, ct).ConfigureAwait(false);
    }

    /// <summary>As the other, with files of another kind.</summary>
    public static async Task<BinaryCacheStore> CreateAsync(
        ICacheFiles files,
        CacheAddress address,
        StoreDir storeDir,
        TimeSpan textWithin,
        CancellationToken ct
    )
    {
        var keys = ImmutableArray.CreateBuilder<SecretKey>();
        foreach (var file in address.SecretKeyFiles)
            keys.Add(await KeyFile.ReadSecretAsync(file, ct).ConfigureAwait(false));
        return new(files, address, storeDir, keys.ToImmutable(), textWithin);
    }

    /// <summary>What the cache says of itself; null where it says nothing, being new or no binary cache.</summary>
    /// <exception cref="StoreException.CacheFailure">It cannot be asked, or is a cache for another store directory.</exception>
    public async Task<CacheInfo?> ReadInfoAsync(CancellationToken ct)
    {
        var text = await _reader.ReadTextAsync(CacheInfo.FileName, CacheInfo.MaxBytes, ct).ConfigureAwait(false);
        if (text is null)
            return null;
        CacheInfo info;
        try
        {
            info = CacheInfo.Parse(text);
        }
        catch (NixFormatException malformed)
        {
            throw new StoreException.CacheFailure(Address, malformed.Message.TrimEnd('.'), isTransient: false);
        }
        return CheckStoreDir(info);
    }

    /// <summary>Refuses what belongs to another store directory.</summary>
    /// <exception cref="StoreException.CacheFailure">It does.</exception>
    internal CacheInfo CheckStoreDir(CacheInfo info) =>
        info.StoreDir is null || info.StoreDir == StoreDir.Text
            ? info
            : throw new StoreException.CacheFailure(
                Address,
                $"its paths are in '{info.StoreDir}', not in '{StoreDir}'",
                isTransient: false
            );

    public async Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct)
    {
        if (await QueryNarInfoAsync(path, ct).ConfigureAwait(false) is not { } narInfo)
            return null;
        if (_asked.Count < MostAsked)
            _asked[path.Hash] = narInfo;
        return narInfo.Info;
    }

    /// <summary>What the cache says of a path and where its archive is; null where the path is not there.</summary>
    /// <exception cref="StoreException.RefusedSubstitute">What it says is malformed or about another path.</exception>
    public async Task<NarInfo?> QueryNarInfoAsync(StorePath path, CancellationToken ct)
    {
        if (await _reader.ReadNarInfoAsync(path.Hash, ct).ConfigureAwait(false) is not { } text)
            return null;
        return ParseNarInfo(path, text);
    }

    /// <summary>The text of a narinfo; null where there is none.</summary>
    internal Task<byte[]?> ReadNarInfoAsync(StorePathHash hash, CancellationToken ct) =>
        _reader.ReadNarInfoAsync(hash, ct);

    /// <summary>Reads a narinfo, which must be about this path.</summary>
    /// <exception cref="StoreException.RefusedSubstitute">It is malformed or about another path.</exception>
    internal NarInfo ParseNarInfo(StorePath path, byte[] text)
    {
        var narInfo = _reader.Parse(path.Hash, text);
        return narInfo.Info.Path == path
            ? narInfo
            : throw new StoreException.RefusedSubstitute(
                path.ToString(),
                Address,
                $"it is about another path, '{narInfo.Info.Path}'"
            );
    }

    public async Task<StorePath?> QueryPathFromHashPartAsync(StorePathHash hash, CancellationToken ct) =>
        await _reader.ReadNarInfoAsync(hash, ct).ConfigureAwait(false) is { } text
            ? _reader.Parse(hash, text).Info.Path
            : null;

    public async Task<ImmutableSortedSet<StorePath>> ValidAsync(
        IReadOnlyCollection<StorePath> paths,
        CancellationToken ct
    )
    {
        var valid = ImmutableSortedSet.CreateBuilder<StorePath>();
        await Parallel
            .ForEachAsync(
                paths,
                new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = ct },
                async (path, token) =>
                {
                    if (!await _files.ExistsAsync(CacheReader.NarInfoFile(path.Hash), token).ConfigureAwait(false))
                        return;
                    lock (valid)
                        valid.Add(path);
                }
            )
            .ConfigureAwait(false);
        return valid.ToImmutable();
    }

    /// <summary>The archive of a path, decompressed, of just the length that was said; its hash is for the reader to check.</summary>
    /// <exception cref="StoreException.RefusedSubstitute">It is not there or not as was said; also while it is read.</exception>
    public async Task<Stream> OpenNarAsync(NarInfo narInfo, CancellationToken ct) =>
        await _reader.OpenNarAsync(narInfo, ct).ConfigureAwait(false)
        ?? throw new StoreException.RefusedSubstitute(
            narInfo.Info.Path.ToString(),
            Address,
            $"its archive '{narInfo.Url}' is not there"
        );

    /// <inheritdoc/>
    /// <exception cref="StoreException.HashMismatch">The archive has another hash; it was written by then.</exception>
    public async Task DumpNarAsync(StorePath path, Stream destination, CancellationToken ct)
    {
        if (!_asked.TryRemove(path.Hash, out var narInfo))
            narInfo =
                await QueryNarInfoAsync(path, ct).ConfigureAwait(false)
                ?? throw new StoreException.InvalidPath(StoreDir.Print(path));
        await using var nar = await OpenNarAsync(narInfo, ct).ConfigureAwait(false);
        await using var measured = new MeasuringReader(nar, Stream.Null);
        await measured.CopyToAsync(destination, 1 << 18, ct).ConfigureAwait(false);
        narInfo.Info.RequireNarHash(StoreDir, measured.Finish());
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException.CacheFailure">The cache takes nothing, or is for another store directory.</exception>
    public async Task<PathInfo> AddFromNarAsync(PathInfo expected, Stream nar, CancellationToken ct)
    {
        await BeginAsync(ct).ConfigureAwait(false);
        if (await QueryAsync(expected.Path, ct).ConfigureAwait(false) is { } known)
            return known;
        var others = expected.References.Remove(expected.Path);
        var missing = others.Except(await ValidAsync(others, ct).ConfigureAwait(false));
        if (!missing.IsEmpty)
            throw new StoreException.MissingReference(StoreDir.Print(expected.Path), StoreDir.Print(missing[0]));
        return await AddMissingAsync(expected, nar, ct).ConfigureAwait(false);
    }

    /// <summary>As <see cref="AddFromNarAsync"/>, of a path that the caller knows not to be there, while its references are.</summary>
    internal async Task<PathInfo> AddMissingAsync(PathInfo expected, Stream nar, CancellationToken ct)
    {
        await BeginAsync(ct).ConfigureAwait(false);
        if (expected.ContentAddress is { } address && !expected.IsContentAddressed(StoreDir))
            throw new StoreException.WrongContentAddress(StoreDir.Print(expected.Path), address.ToString());
        await using var bounded = new Local.BoundedStream(nar, expected.NarSizeBytes);
        return (await _writer.AddAsync(expected, bounded, ct).ConfigureAwait(false)).Info;
    }

    /// <summary>Adds signatures to what a cache says of a path. Of two who do so at once, one may be lost.</summary>
    /// <exception cref="StoreException.InvalidPath">The path is not there.</exception>
    public async Task AddSignaturesAsync(StorePath path, IReadOnlyCollection<string> signatures, CancellationToken ct)
    {
        var narInfo =
            await QueryNarInfoAsync(path, ct).ConfigureAwait(false)
            ?? throw new StoreException.InvalidPath(StoreDir.Print(path));
        var info = narInfo.Info with { Signatures = narInfo.Info.Signatures.Union(signatures) };
        await _writer.WriteNarInfoAsync(narInfo with { Info = info }, ct).ConfigureAwait(false);
    }

    /// <summary>What the cache says that an output has come to; null where it says nothing. Nobody's signature is checked.</summary>
    /// <exception cref="StoreException.RefusedSubstitute">What it says is malformed or about another output.</exception>
    /// <exception cref="StoreException.CacheFailure">It cannot be asked.</exception>
    public Task<Realisation?> QueryRealisationAsync(DerivationOutputId id, CancellationToken ct) =>
        _reader.ReadRealisationAsync(id, ct);

    /// <summary>Writes what an output has come to, signed with the cache's keys. The path should be there before.</summary>
    /// <returns>What is then in the cache: signatures that it has for the same path are kept.</returns>
    /// <exception cref="StoreException.OtherRealisation">The cache says another path of it.</exception>
    /// <exception cref="StoreException.InvalidPath">The path is not there.</exception>
    public async Task<Realisation> AddRealisationAsync(Realisation realisation, CancellationToken ct)
    {
        await BeginAsync(ct).ConfigureAwait(false);
        if (await QueryAsync(realisation.OutPath, ct).ConfigureAwait(false) is null)
            throw new StoreException.InvalidPath(StoreDir.Print(realisation.OutPath));
        if (await QueryRealisationAsync(realisation.Id, ct).ConfigureAwait(false) is { } known)
        {
            if (known.OutPath != realisation.OutPath || !known.Dependent.SequenceEqual(realisation.Dependent))
                throw new StoreException.OtherRealisation(
                    realisation.Id.ToString(),
                    StoreDir.Print(known.OutPath),
                    StoreDir.Print(realisation.OutPath)
                );
            realisation = realisation with { Signatures = realisation.Signatures.Union(known.Signatures) };
        }
        return await _writer.WriteRealisationAsync(realisation, ct).ConfigureAwait(false);
    }

    /// <summary>Makes an empty place a cache for this store directory, before the first path.</summary>
    private async Task BeginAsync(CancellationToken ct)
    {
        _info ??= await ReadInfoAsync(ct).ConfigureAwait(false);
        if (_info is not null)
            return;
        var info = new CacheInfo(StoreDir.Text, null, WantMassQuery: false);
        await _writer.WriteAsync(CacheInfo.FileName, CacheInfo.MediaType, info.Print(), ct).ConfigureAwait(false);
        _info = info;
    }
}
