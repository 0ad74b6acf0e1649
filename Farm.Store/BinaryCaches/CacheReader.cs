using Farm.Store.Compressing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Store.BinaryCaches;

/// <summary>Reads narinfos and archives of a binary cache. What an archive holds is as long as was said, or is refused.</summary>
/// <remarks>That its hash is right is for the receiver to check, who reads it anyway.</remarks>
internal sealed class CacheReader(ICacheFiles files, StoreDir storeDir, TimeSpan textWithin)
{
    /// <summary>Longest narinfo read from a cache; the largest real ones have a few hundred KiB.</summary>
    public const int NarInfoBytes = 4 << 20;

    // Compression never makes an archive much larger; a file beyond that is a trick.
    private const long CompressionSlackBytes = 1 << 20;

    /// <summary>A small file; null where there is none.</summary>
    /// <exception cref="StoreException.CacheFailure">It is longer, takes too long, or cannot be had.</exception>
    public async Task<byte[]?> ReadTextAsync(string name, int mostBytes, CancellationToken ct)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (textWithin > TimeSpan.Zero)
            late.CancelAfter(textWithin);
        try
        {
            if (await files.OpenAsync(name, late.Token).ConfigureAwait(false) is not { } opened)
                return null;
            var refusal = () => Failure($"its file '{name}' is longer than {mostBytes} bytes");
            await using var limited = new LimitedStream(opened, mostBytes, refusal);
            using var text = new MemoryStream();
            await limited.CopyToAsync(text, late.Token).ConfigureAwait(false);
            return text.ToArray();
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Failure($"its file '{name}' does not come within {textWithin.TotalSeconds:0.#} s", isTransient: true);
        }
        catch (StoreException.CorruptArchive corrupt)
        {
            throw Failure($"its file '{name}' cannot be decoded ({corrupt.Message.TrimEnd('.')})");
        }
    }

    /// <summary>What the cache says of the path with this hash part, as text; null where there is none.</summary>
    public Task<byte[]?> ReadNarInfoAsync(StorePathHash hash, CancellationToken ct) =>
        ReadTextAsync(NarInfoFile(hash), NarInfoBytes, ct);

    /// <summary>Reads such a text, which must be about that hash part.</summary>
    /// <exception cref="StoreException.RefusedSubstitute">It is malformed or about another path.</exception>
    public NarInfo Parse(StorePathHash hash, byte[] text)
    {
        NarInfo narInfo;
        try
        {
            narInfo = NarInfoParser.Parse(storeDir, text);
        }
        catch (NixFormatException malformed)
        {
            throw new StoreException.RefusedSubstitute(hash.ToString(), files.Address, malformed.Message.TrimEnd('.'));
        }
        return narInfo.Info.Path.Hash == hash
            ? narInfo
            : throw new StoreException.RefusedSubstitute(
                hash.ToString(),
                files.Address,
                $"it is about another path, '{narInfo.Info.Path}'"
            );
    }

    /// <summary>The archive, decompressed, just as long as the narinfo says; null where the file is not there.</summary>
    /// <exception cref="StoreException.RefusedSubstitute">It cannot be read here, or is not as was said; also while it is read.</exception>
    public async Task<Stream?> OpenNarAsync(NarInfo narInfo, CancellationToken ct)
    {
        var path = narInfo.Info.Path.ToString();
        var compression =
            NarCompression.Find(narInfo.Compression)
            ?? throw Refusal($"'{narInfo.Compression}' is a compression that cannot be read here");
        if (await files.OpenAsync(narInfo.Url, ct).ConfigureAwait(false) is not { } file)
            return null;
        var size = narInfo.Info.NarSizeBytes;
        var most = narInfo.FileSizeBytes ?? Math.Min(size, long.MaxValue / 2) / 8 * 9 + CompressionSlackBytes;
        var limited = new LimitedStream(file, most, () => Refusal($"its file is longer than {most} bytes"));
        try
        {
            return new ExactStream(
                compression.Decompress(limited),
                size,
                got => Refusal($"its archive has {got}, not {size}")
            );
        }
        catch
        {
            await limited.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        StoreException.RefusedSubstitute Refusal(string rule) => new(path, files.Address, rule);
    }

    /// <summary>What the cache says that an output has come to; null where it says nothing.</summary>
    /// <exception cref="StoreException.RefusedSubstitute">What it says is malformed or about another output.</exception>
    public async Task<Realisation?> ReadRealisationAsync(DerivationOutputId id, CancellationToken ct)
    {
        var text = await ReadTextAsync(RealisationFile(id), RealisationJson.MaxBytes, ct).ConfigureAwait(false);
        if (text is null)
            return null;
        Realisation realisation;
        try
        {
            realisation = RealisationJson.Parse(text);
        }
        catch (NixFormatException malformed)
        {
            throw new StoreException.RefusedSubstitute(id.ToString(), files.Address, malformed.Message.TrimEnd('.'));
        }
        return realisation.Id == id
            ? realisation
            : throw new StoreException.RefusedSubstitute(
                id.ToString(),
                files.Address,
                $"it is about another output, '{realisation.Id}'"
            );
    }

    /// <summary>The name of the file about an output of a derivation, as Nix 2.8 has it.</summary>
    public static string RealisationFile(DerivationOutputId id) => $"realisations/{id}.doi";

    /// <summary>The name of the file about a path.</summary>
    public static string NarInfoFile(StorePathHash hash) => $"{hash}.narinfo";

    private StoreException.CacheFailure Failure(string reason, bool isTransient = false) =>
        new(files.Address, reason, isTransient);
}
