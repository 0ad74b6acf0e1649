using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Signing;

namespace Farm.Store.BinaryCaches;

/// <summary>Adds paths to a binary cache: the archive, its listing, and the narinfo last, so that what it says is there is there.</summary>
/// <remarks>Source: Nix's <c>BinaryCacheStore::addToStoreCommon</c>.</remarks>
internal sealed class CacheWriter(
    ICacheFiles files,
    CacheAddress address,
    StoreDir storeDir,
    ImmutableArray<SecretKey> keys
)
{
    /// <summary>Adds one path; the caller has seen to its references.</summary>
    /// <exception cref="StoreException.HashMismatch">The archive is not what was announced; nothing of it was written.</exception>
    public async Task<NarInfo> AddAsync(PathInfo expected, Stream nar, CancellationToken ct)
    {
        await using var spooled = new SpooledFile();
        var listing = await CompressAsync(expected, nar, spooled, ct).ConfigureAwait(false);
        var (fileHash, contents) = spooled.Finish();
        var url = $"nar/{fileHash.ToNixBase32()}.nar{address.Compression.Extension}";
        var narInfo = new NarInfo
        {
            Info = Signed(expected),
            Url = url,
            Compression = address.Compression.Name,
            FileHash = fileHash.ToHash(),
            FileSizeBytes = spooled.SizeBytes,
        };
        if (listing is not null)
            await WriteAsync($"{expected.Path.Hash}.ls", "application/json", listing.ToJson(), ct)
                .ConfigureAwait(false);
        if (!await files.ExistsAsync(url, ct).ConfigureAwait(false))
            await files.WriteAsync(url, "application/x-nix-nar", contents, ct).ConfigureAwait(false);
        await WriteNarInfoAsync(narInfo, ct).ConfigureAwait(false);
        return narInfo;
    }

    /// <summary>Writes what is known of a path whose archive is there.</summary>
    public Task WriteNarInfoAsync(NarInfo narInfo, CancellationToken ct) =>
        WriteAsync(
            CacheReader.NarInfoFile(narInfo.Info.Path.Hash),
            "text/x-nix-narinfo",
            System.Text.Encoding.UTF8.GetBytes(NarInfoPrinter.Print(storeDir, narInfo)),
            ct
        );

    /// <summary>Writes what an output has come to, signed.</summary>
    /// <returns>It, with the signatures.</returns>
    public async Task<Realisation> WriteRealisationAsync(Realisation realisation, CancellationToken ct)
    {
        var signed = keys.Aggregate(realisation, (one, key) => one.Sign(key));
        var text = System.Text.Encoding.UTF8.GetBytes(RealisationJson.Print(signed));
        await WriteAsync(CacheReader.RealisationFile(signed.Id), "application/json", text, ct).ConfigureAwait(false);
        return signed;
    }

    /// <summary>Writes a small file.</summary>
    public Task WriteAsync(string name, string mediaType, byte[] text, CancellationToken ct) =>
        files.WriteAsync(name, mediaType, new MemoryStream(text), ct);

    private PathInfo Signed(PathInfo info) =>
        info with
        {
            Signatures = info.Signatures.Union(keys.Select(key => key.Sign(storeDir, info))),
        };

    /// <summary>Reads the archive once: checks its form, measures and compresses it.</summary>
    private async Task<NarListing?> CompressAsync(PathInfo expected, Stream nar, Stream file, CancellationToken ct)
    {
        var threads = address.IsCompressedInParallel ? Environment.ProcessorCount : 1;
        NarListing? listing = null;
        Sha256Digest hash;
        long size;
        var level = address.CompressionLevel;
        await using (var compressed = address.Compression.Compress(file, level, threads, expected.NarSizeBytes))
        {
            await using var measured = new MeasuringReader(nar, compressed);
            if (address.WritesListings)
                listing = await NarListing.ReadAsync(measured, NarReadAhead.Free, ct).ConfigureAwait(false);
            else
                await PassAsync(measured, ct).ConfigureAwait(false);
            (hash, size) = (measured.Finish(), measured.SizeBytes);
        }
        expected.RequireNarSize(storeDir, size);
        expected.RequireNarHash(storeDir, hash);
        return listing;
    }

    private static async Task PassAsync(Stream nar, CancellationToken ct)
    {
        using var reader = new NarReader(nar, NarReadAhead.Free);
        while (await reader.ReadAsync(ct).ConfigureAwait(false) is not null) { }
    }
}
