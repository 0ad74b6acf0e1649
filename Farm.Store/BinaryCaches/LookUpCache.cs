using Farm.Store.Database;
using Farm.Store.Paths;
using Microsoft.Data.Sqlite;

namespace Farm.Store.BinaryCaches;

/// <summary>What binary caches have answered, on disk: which paths they have and which not. Several processes may share the file.</summary>
/// <remarks>Only to save questions: what is read from it is checked like an answer, and a damaged file is made anew. It stays below a
/// number of entries; the oldest go. Nix has the like in <c>binary-cache-v6.sqlite</c>.</remarks>
internal sealed class LookUpCache : IDisposable
{
    /// <summary>A longer narinfo is asked for each time.</summary>
    private const int LongestTextBytes = 64 * 1024;

    private const int AddedBetweenPurges = 5_000;

    private const string Schema = """
        create table if not exists caches (
            id integer primary key, address text not null unique, asked integer not null, info blob
        );
        create table if not exists narinfos (
            cache integer not null references caches(id) on delete cascade, hash text not null,
            asked integer not null, text blob, primary key (cache, hash)
        ) without rowid;
        create index if not exists narinfos_asked on narinfos(asked);
        """;

    private readonly Lock _gate = new();
    private readonly StoreConnection _connection;
    private readonly LookUpLimits _limits;
    private readonly TimeProvider _clock;
    private int _added;

    private LookUpCache(StoreConnection connection, LookUpLimits limits, TimeProvider clock) =>
        (_connection, _limits, _clock) = (connection, limits, clock);

    /// <summary>Opens the file, or makes it, also in place of a damaged one.</summary>
    public static LookUpCache Open(string file, LookUpLimits limits, TimeProvider clock)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!); // The name of a file in a directory.
        try
        {
            return OpenSound(file, limits, clock);
        }
        catch (Exception damaged) when (damaged is StoreException.CorruptDatabase or SqliteException)
        {
            foreach (var part in new[] { "", "-wal", "-shm" })
                File.Delete(file + part);
            return OpenSound(file, limits, clock);
        }
    }

    /// <summary>What a cache said of itself, if that is not too long ago.</summary>
    /// <returns>False where it is not known; null text where the cache said nothing of itself.</returns>
    public bool TryFindInfo(string address, out byte[]? text)
    {
        lock (_gate)
        {
            using var rows = _connection.Rows(
                "select info from caches where address = $0 and asked > $1",
                address,
                Since(_limits.InfoTtl)
            );
            var isKnown = rows.Read();
            text = isKnown && !rows.IsNull(0) ? rows.GetBytes(0).ToArray() : null;
            return isKnown;
        }
    }

    /// <summary>Remembers what a cache said of itself.</summary>
    public void PutInfo(string address, byte[]? text)
    {
        lock (_gate)
        {
            _connection.Run(
                "insert into caches (address, asked, info) values ($0, $1, $2) "
                    + "on conflict (address) do update set asked = $1, info = $2",
                address,
                Now,
                text
            );
        }
    }

    /// <summary>What a cache said of a path, if that is not too long ago.</summary>
    /// <returns>False where it is not known; null text where the cache had no such path.</returns>
    public bool TryFind(string address, StorePathHash hash, out byte[]? text)
    {
        lock (_gate)
        {
            using var rows = _connection.Rows(
                "select n.text from narinfos n join caches c on c.id = n.cache where c.address = $0 and n.hash = $1 "
                    + "and n.asked > case when n.text is null then $2 else $3 end",
                address,
                hash.ToString(),
                Since(_limits.NegativeTtl),
                Since(_limits.PositiveTtl)
            );
            var isKnown = rows.Read();
            text = isKnown && !rows.IsNull(0) ? rows.GetBytes(0).ToArray() : null;
            return isKnown;
        }
    }

    /// <summary>Remembers what a cache said of a path; null where it has none.</summary>
    public void Put(string address, StorePathHash hash, byte[]? text)
    {
        if (text?.Length > LongestTextBytes)
            return;
        lock (_gate)
        {
            _connection.Run(
                "insert into narinfos (cache, hash, asked, text) select id, $1, $2, $3 from caches where address = $0 "
                    + "on conflict (cache, hash) do update set asked = $2, text = $3",
                address,
                hash.ToString(),
                Now,
                text
            );
            if (++_added % AddedBetweenPurges == 0)
                Purge();
        }
    }

    /// <summary>Forgets what a cache said of a path, having found it untrue.</summary>
    public void Forget(string address, StorePathHash hash)
    {
        lock (_gate)
        {
            _connection.Run(
                "delete from narinfos where hash = $1 and cache = (select id from caches where address = $0)",
                address,
                hash.ToString()
            );
        }
    }

    /// <summary>How many answers are remembered.</summary>
    public long Count()
    {
        lock (_gate)
            return _connection.Number("select count(*) from narinfos") ?? 0;
    }

    public void Dispose()
    {
        lock (_gate)
            _connection.Dispose();
    }

    private static LookUpCache OpenSound(string file, LookUpLimits limits, TimeProvider clock)
    {
        var connection = StoreConnection.Open(file, isWriter: true, isSynced: false);
        try
        {
            connection.RunScript(Schema);
            connection.Run("pragma wal_autocheckpoint = 1000");
            var cache = new LookUpCache(connection, limits, clock);
            cache.Purge();
            return cache;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Purge()
    {
        _connection.Run(
            "delete from narinfos where asked <= case when text is null then $0 else $1 end",
            Since(_limits.NegativeTtl),
            Since(_limits.PositiveTtl)
        );
        _connection.Run(
            "delete from narinfos where asked <= (select asked from narinfos order by asked desc limit 1 offset $0)",
            _limits.MostEntries
        );
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private long Since(TimeSpan ttl) => Now - (long)ttl.TotalMilliseconds;
}
