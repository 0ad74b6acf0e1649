using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Exporting;

/// <summary>Reads what stands beside the archives in a stream of <see cref="ExportFormat"/>; takes no byte too many.</summary>
internal sealed class ExportReader(Stream input, StoreDir storeDir)
{
    private readonly byte[] _number = new byte[8];

    /// <summary>Whether another path follows; false at the end.</summary>
    /// <exception cref="NixFormatException">Something else follows, or nothing.</exception>
    public async Task<bool> NextAsync(CancellationToken ct) =>
        await NumberAsync(ct).ConfigureAwait(false) switch
        {
            ExportFormat.End => false,
            ExportFormat.Path => true,
            var other => throw new NixFormatException(
                $"This is no stream of exported paths: {other} stands where 1 (a path) or 0 (the end) must be."
            ),
        };

    /// <summary>What follows the archive.</summary>
    /// <param name="narHash">Hash of the archive, which the stream does not tell.</param>
    /// <param name="narSizeBytes">Its length.</param>
    /// <param name="ct">Stops.</param>
    /// <exception cref="NixFormatException">It breaks a rule of the format, or a path is no path of this store.</exception>
    public async Task<PathInfo> DescriptionAsync(Sha256Digest narHash, long narSizeBytes, CancellationToken ct)
    {
        if (await NumberAsync(ct).ConfigureAwait(false) is var magic && magic != ExportFormat.Magic)
            throw new NixFormatException(
                $"The archive is followed by 0x{magic:x}, not by the mark of an exported path."
            );
        var path = storeDir.ParsePath(await StringAsync(ExportFormat.MaxPathBytes, ct).ConfigureAwait(false));
        var references = await ReferencesAsync(path, ct).ConfigureAwait(false);
        var deriver = await StringAsync(ExportFormat.MaxPathBytes, ct).ConfigureAwait(false);
        if (await NumberAsync(ct).ConfigureAwait(false) == 1)
            await StringAsync(ExportFormat.MaxSignatureBytes, ct).ConfigureAwait(false);
        return new PathInfo
        {
            Path = path,
            NarHash = narHash,
            NarSizeBytes = narSizeBytes,
            References = references,
            Deriver = deriver.Length == 0 ? null : storeDir.ParsePath(deriver),
        };
    }

    private async Task<ImmutableSortedSet<StorePath>> ReferencesAsync(StorePath path, CancellationToken ct)
    {
        var count = await NumberAsync(ct).ConfigureAwait(false);
        if (count > ExportFormat.MaxReferences)
            throw new NixFormatException(
                $"'{path}' has {count} references in the stream; {ExportFormat.MaxReferences} are the most that is read."
            );
        var references = ImmutableSortedSet.CreateBuilder<StorePath>();
        for (var i = 0UL; i < count; i++)
            references.Add(storeDir.ParsePath(await StringAsync(ExportFormat.MaxPathBytes, ct).ConfigureAwait(false)));
        return references.ToImmutable();
    }

    private async Task<ulong> NumberAsync(CancellationToken ct)
    {
        await FillAsync(_number, ct).ConfigureAwait(false);
        return BinaryPrimitives.ReadUInt64LittleEndian(_number);
    }

    private async Task<string> StringAsync(int maxBytes, CancellationToken ct)
    {
        var length = await NumberAsync(ct).ConfigureAwait(false);
        if (length > (ulong)maxBytes)
            throw new NixFormatException($"A string of {length} bytes is in the stream; {maxBytes} are the most here.");
        var bytes = new byte[(int)(length + 7) & ~7];
        await FillAsync(bytes, ct).ConfigureAwait(false);
        if (bytes.AsSpan((int)length).ContainsAnyExcept((byte)0))
            throw new NixFormatException("A string in the stream is filled up with other bytes than zeros.");
        return Encoding.UTF8.GetString(bytes, 0, (int)length);
    }

    private async Task FillAsync(byte[] bytes, CancellationToken ct)
    {
        var count = await input
            .ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct)
            .ConfigureAwait(false);
        if (count < bytes.Length)
            throw new NixFormatException("The stream of exported paths is cut off.");
    }
}
