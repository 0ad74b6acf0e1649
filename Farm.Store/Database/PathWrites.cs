using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Database;

/// <summary>What changes a store's database, on the one connection that writes. Each call is one transaction,
/// or a part of one.</summary>
internal sealed class PathWrites(StoreConnection connection, StoreDir storeDir, TimeProvider clock)
{
    private readonly PathQueries _queries = new(connection, storeDir);

    public RealisationWrites Realisations { get; } = new(connection, storeDir);

    /// <summary>Whether the transaction of <see cref="Together"/> goes on.</summary>
    public bool IsTogether => connection.IsInTransaction;

    /// <summary>Makes one transaction of several changes. One that fails in it undoes its own part alone.</summary>
    public T Together<T>(Func<T> changes) => connection.InTransaction(isWrite: true, changes);

    /// <summary>Makes all paths of the batch valid, or none.</summary>
    /// <remarks>Of a path that is valid already only hash, size, ultimate, signatures and content address are set;
    /// its references are added to. Source: Nix's <c>registerValidPaths</c>.</remarks>
    /// <exception cref="StoreException.MissingReference">A reference is neither valid nor in the batch.</exception>
    /// <exception cref="StoreException.ReferenceCycle">The batch refers to itself in a circle.</exception>
    /// <exception cref="StoreException.WrongContentAddress">A path does not follow from its content address.</exception>
    public ImmutableArray<PathInfo> Register(IReadOnlyList<Registration> batch) =>
        connection.InTransaction(
            isWrite: true,
            () =>
            {
                var ids = new Dictionary<StorePath, long>();
                foreach (var registration in batch)
                    ids[registration.Info.Path] = Upsert(registration);
                foreach (var registration in batch)
                    AddReferences(registration.Info, ids);
                CheckNoCycle(batch);
                return batch.Select(registration => _queries.Query(registration.Info.Path)!).ToImmutableArray();
            }
        );

    /// <summary>Adds signatures to a path. Answers what is then recorded; null where the path is not valid.</summary>
    public PathInfo? AddSignatures(StorePath path, ImmutableSortedSet<string> signatures) =>
        connection.InTransaction(
            isWrite: true,
            () =>
            {
                if (_queries.Query(path) is not { } info)
                    return null;
                info = info with { Signatures = info.Signatures.Union(signatures) };
                connection.Run(
                    "update ValidPaths set sigs = $0 where path = $1",
                    PathRows.Signatures(info),
                    storeDir.Print(path)
                );
                return info;
            }
        );

    /// <summary>Records hash and size of a path's files. Answers whether the path is valid.</summary>
    public bool SetContents(StorePath path, Sha256Digest narHash, long narSizeBytes) =>
        connection.InTransaction(
            isWrite: true,
            () =>
                connection.Run(
                    "update ValidPaths set hash = $0, narSize = $1 where path = $2",
                    PathRows.Hash(narHash),
                    narSizeBytes,
                    storeDir.Print(path)
                ) > 0
        );

    /// <summary>Makes a path invalid. Answers whether it was valid.</summary>
    /// <exception cref="StoreException.InUse">Other valid paths refer to it.</exception>
    public bool Invalidate(StorePath path) =>
        connection.InTransaction(
            isWrite: true,
            () =>
            {
                var referrers = _queries.Referrers(path).Remove(path);
                if (!referrers.IsEmpty)
                    throw new StoreException.InUse(storeDir.Print(path), storeDir.Print(referrers[0]));
                return connection.Run("delete from ValidPaths where path = $0", storeDir.Print(path)) > 0;
            }
        );

    /// <summary>Makes those of the paths invalid that no other valid path refers to when their turn comes.</summary>
    /// <param name="rows">Numbers of the paths, what refers before what is referred to.</param>
    /// <returns>For each whether it is not valid now.</returns>
    public bool[] InvalidateUnused(IReadOnlyList<long> rows) =>
        connection.InTransaction(
            isWrite: true,
            () =>
            {
                var gone = new bool[rows.Count];
                for (var i = 0; i < gone.Length; i++)
                {
                    var isUsed =
                        connection.Number("select 1 from Refs where reference = $0 and referrer <> $0 limit 1", rows[i])
                        is not null;
                    if (!isUsed)
                        connection.Run("delete from ValidPaths where id = $0", rows[i]);
                    gone[i] = !isUsed;
                }
                return gone;
            }
        );

    private long Upsert(Registration registration)
    {
        var info = registration.Info;
        if (_queries.Id(info.Path) is { } known)
        {
            connection.Run(
                "update ValidPaths set narSize = $0, hash = $1, ultimate = $2, sigs = $3, ca = $4 where id = $5",
                PathRows.NarSize(info),
                PathRows.Hash(info),
                PathRows.Ultimate(info),
                PathRows.Signatures(info),
                info.ContentAddress?.ToString(),
                known
            );
            return known;
        }
        if (info.ContentAddress is { } address && !info.IsContentAddressed(storeDir))
            throw new StoreException.WrongContentAddress(storeDir.Print(info.Path), address.ToString());
        var time = info.RegistrationTime > DateTimeOffset.UnixEpoch ? info.RegistrationTime : clock.GetUtcNow();
        var id = connection
            .Number(
                "insert into ValidPaths (path, hash, registrationTime, deriver, narSize, ultimate, sigs, ca) "
                    + "values ($0, $1, $2, $3, $4, $5, $6, $7) returning id",
                storeDir.Print(info.Path),
                PathRows.Hash(info),
                time.ToUnixTimeSeconds(),
                PathRows.Deriver(storeDir, info),
                PathRows.NarSize(info),
                PathRows.Ultimate(info),
                PathRows.Signatures(info),
                info.ContentAddress?.ToString()
            )!
            .Value; // An insert that returns gives a row, or throws.
        foreach (var (name, output) in registration.Outputs)
        {
            connection.Run(
                "insert or replace into DerivationOutputs (drv, id, path) values ($0, $1, $2)",
                id,
                name,
                storeDir.Print(output)
            );
        }
        return id;
    }

    private void AddReferences(PathInfo info, Dictionary<StorePath, long> ids)
    {
        foreach (var reference in info.References)
        {
            if (!ids.TryGetValue(reference, out var id))
                id =
                    _queries.Id(reference)
                    ?? throw new StoreException.MissingReference(storeDir.Print(info.Path), storeDir.Print(reference));
            connection.Run("insert or replace into Refs (referrer, reference) values ($0, $1)", ids[info.Path], id);
        }
    }

    private void CheckNoCycle(IReadOnlyList<Registration> batch)
    {
        var waiting = batch.ToDictionary(item => item.Info.Path, item => item.Info.References.Remove(item.Info.Path));
        while (waiting.Count > 0)
        {
            var ready = waiting.Where(item => !item.Value.Any(waiting.ContainsKey)).Select(item => item.Key).ToArray();
            if (ready.Length == 0)
                throw new StoreException.ReferenceCycle(storeDir.Print(waiting.Keys.Min()));
            foreach (var path in ready)
                waiting.Remove(path);
        }
    }
}
