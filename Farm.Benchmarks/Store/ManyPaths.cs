using System.Buffers.Binary;
using System.Collections.Immutable;
using Farm.Benchmarks.Measuring;
using Farm.Store.Database;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Store;

/// <summary>A store whose database has many paths, none of which has files.</summary>
internal static class ManyPaths
{
    private const int ReferencesEach = 4;
    private static readonly StorePathName s_name = StorePathName.Parse("some-package-1.0");

    /// <summary>Makes the store at a root, with rows written straight into the tables.</summary>
    /// <returns>All paths, in the order of their text. Each refers to some of those before it.</returns>
    public static async Task<ImmutableArray<StorePath>> FillAsync(string root, int count, CancellationToken ct)
    {
        StoreLayout layout;
        await using (var opened = await OpenStore.OpenAsync(root, isPlain: true, ct))
            layout = opened.Store.Layout;
        ImmutableArray<StorePath> paths = [.. Enumerable.Range(0, count).Select(PathOf).Order()];
        using var connection = StoreConnection.Open(DatabaseFile(root), isWriter: true, isSynced: false);
        connection.InTransaction(
            isWrite: true,
            () =>
            {
                for (var i = 0; i < count; i++)
                    Insert(connection, layout.StoreDir, paths, i);
                return true;
            }
        );
        return paths;
    }

    public static string DatabaseFile(string root) => $"{root}/nix/var/nix/db/db.sqlite";

    private static void Insert(StoreConnection connection, StoreDir storeDir, ImmutableArray<StorePath> paths, int i)
    {
        connection.Run(
            "insert into ValidPaths (id, path, hash, registrationTime, narSize) values ($0, $1, $2, 1700000000, 1000)",
            i + 1,
            storeDir.Print(paths[i]),
            "sha256:0000000000000000000000000000000000000000000000000000000000000000"
        );
        for (var reference = Math.Max(0, i - ReferencesEach); reference < i; reference++)
            connection.Run("insert into Refs (referrer, reference) values ($0, $1)", i + 1, reference + 1);
    }

    private static StorePath PathOf(int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return StorePath.Create(StorePathHash.Fold(Sha256Digest.Compute(bytes)), s_name);
    }
}
