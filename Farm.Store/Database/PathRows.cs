using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Database;

/// <summary>How a <see cref="PathInfo"/> stands in a row of ValidPaths.</summary>
internal static class PathRows
{
    public const string Columns = "id, path, hash, registrationTime, deriver, narSize, ultimate, sigs, ca";

    private static ReadOnlySpan<byte> HashPrefix => "sha256:"u8;

    /// <summary>Reads the row at hand, without references.</summary>
    public static PathInfo Read(string file, StoreDir storeDir, StoreRows row)
    {
        try
        {
            return new PathInfo
            {
                Path = storeDir.ParsePath(row.GetBytes(1)),
                NarHash = ReadHash(row.GetBytes(2)),
                RegistrationTime = DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(3)),
                Deriver = row.GetBytes(4) is { Length: > 0 } deriver ? storeDir.ParsePath(deriver) : null,
                NarSizeBytes = row.GetInt64(5),
                IsUltimate = row.GetInt64(6) == 1,
                Signatures = ReadSignatures(row.GetBytes(7)),
                ContentAddress = row.GetBytes(8) is { Length: > 0 } address
                    ? ContentAddress.Parse(Encoding.UTF8.GetString(address))
                    : null,
            };
        }
        catch (NixFormatException cause)
        {
            throw new StoreException.CorruptDatabase(
                file,
                $"the entry of '{row.GetString(1)}' is malformed: {cause.Message}",
                cause
            );
        }
    }

    /// <summary>Nix writes base 16; what else a hash may be written in is read by the slower way.</summary>
    private static Sha256Digest ReadHash(ReadOnlySpan<byte> text)
    {
        Span<byte> digest = stackalloc byte[Sha256Digest.SizeBytes];
        return
            text.Length == HashPrefix.Length + (2 * Sha256Digest.SizeBytes)
            && text.StartsWith(HashPrefix)
            && Convert.FromHexString(text[HashPrefix.Length..], digest, out _, out _) == OperationStatus.Done
            ? Sha256Digest.FromBytes(digest)
            : Sha256Digest.Parse(Encoding.UTF8.GetString(text));
    }

    /// <summary>Signatures with blanks between.</summary>
    public static ImmutableSortedSet<string> ReadSignatures(ReadOnlySpan<byte> text) =>
        text.IsEmpty
            ? PathInfo.NoSignatures
            : PathInfo.NoSignatures.Union(
                Encoding.UTF8.GetString(text).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            );

    public static string Hash(PathInfo info) => Hash(info.NarHash);

    public static string Hash(Sha256Digest narHash) => $"sha256:{narHash.ToBase16()}";

    public static object? Ultimate(PathInfo info) => info.IsUltimate ? 1L : null;

    public static object? NarSize(PathInfo info) => info.NarSizeBytes == 0 ? null : info.NarSizeBytes;

    public static object? Signatures(PathInfo info) =>
        info.Signatures.IsEmpty ? null : string.Join(' ', info.Signatures);

    public static object? Deriver(StoreDir storeDir, PathInfo info) =>
        info.Deriver is { } deriver ? storeDir.Print(deriver) : null;
}
