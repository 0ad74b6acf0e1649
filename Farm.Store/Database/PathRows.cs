using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Microsoft.Data.Sqlite;

namespace Farm.Store.Database;

/// <summary>How a <see cref="PathInfo"/> stands in a row of ValidPaths.</summary>
internal static class PathRows
{
    public const string Columns = "id, path, hash, registrationTime, deriver, narSize, ultimate, sigs, ca";

    /// <summary>Reads the row at hand, without references.</summary>
    public static PathInfo Read(string file, StoreDir storeDir, SqliteDataReader row)
    {
        var path = row.GetString(1);
        try
        {
            return new PathInfo
            {
                Path = storeDir.ParsePath(path),
                NarHash = Sha256Digest.Parse(row.GetString(2)),
                RegistrationTime = DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(3)),
                Deriver = row.IsDBNull(4) || row.GetString(4).Length == 0 ? null : storeDir.ParsePath(row.GetString(4)),
                NarSizeBytes = row.IsDBNull(5) ? 0 : row.GetInt64(5),
                IsUltimate = !row.IsDBNull(6) && row.GetInt64(6) == 1,
                Signatures = row.IsDBNull(7)
                    ? []
                    : [.. row.GetString(7).Split(' ', StringSplitOptions.RemoveEmptyEntries)],
                ContentAddress =
                    row.IsDBNull(8) || row.GetString(8).Length == 0 ? null : ContentAddress.Parse(row.GetString(8)),
            };
        }
        catch (NixFormatException cause)
        {
            throw new StoreException.CorruptDatabase(
                file,
                $"the entry of '{path}' is malformed: {cause.Message}",
                cause
            );
        }
    }

    public static string Hash(PathInfo info) => Hash(info.NarHash);

    public static string Hash(Sha256Digest narHash) => $"sha256:{narHash.ToBase16()}";

    public static object? Ultimate(PathInfo info) => info.IsUltimate ? 1L : null;

    public static object? NarSize(PathInfo info) => info.NarSizeBytes == 0 ? null : info.NarSizeBytes;

    public static object? Signatures(PathInfo info) =>
        info.Signatures.IsEmpty ? null : string.Join(' ', info.Signatures);

    public static object? Deriver(StoreDir storeDir, PathInfo info) =>
        info.Deriver is { } deriver ? storeDir.Print(deriver) : null;
}
