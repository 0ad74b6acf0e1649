using System.Collections.Concurrent;
using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Tests.Worker.Execution;

/// <summary>A store in memory whose NARs are any bytes; it verifies hash and references as a real one does.</summary>
internal sealed class FakeStore : IStore
{
    private readonly ConcurrentDictionary<StorePath, (PathInfo Info, byte[] Nar)> _paths = new();

    public StoreDir StoreDir => StoreDir.Default;

    /// <summary>Paths in the order in which they were added.</summary>
    public ConcurrentQueue<StorePath> Added { get; } = new();

    /// <summary>Puts a path with some contents in, whatever it refers to.</summary>
    public PathInfo Put(string name, params StorePath[] references)
    {
        var nar = System.Text.Encoding.UTF8.GetBytes(name);
        var info = new PathInfo
        {
            Path = PathOf(name),
            NarHash = Sha256Digest.Compute(nar),
            NarSizeBytes = nar.Length,
            References = [.. references],
        };
        _paths[info.Path] = (info, nar);
        return info;
    }

    public static StorePath PathOf(string name)
    {
        var hash = Sha256Digest.Compute(System.Text.Encoding.UTF8.GetBytes(name)).ToNixBase32();
        return StorePath.Parse($"{hash[..32]}-{name}");
    }

    public byte[] NarOf(StorePath path) => _paths[path].Nar;

    public Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct) =>
        Task.FromResult(_paths.TryGetValue(path, out var found) ? found.Info : null);

    public Task<StorePath?> QueryPathFromHashPartAsync(StorePathHash hash, CancellationToken ct) =>
        Task.FromResult(_paths.Keys.Where(path => path.Hash == hash).Select(path => (StorePath?)path).FirstOrDefault());

    public Task<ImmutableSortedSet<StorePath>> ValidAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct) =>
        Task.FromResult(paths.Where(_paths.ContainsKey).ToImmutableSortedSet());

    public async Task DumpNarAsync(StorePath path, Stream destination, CancellationToken ct) =>
        await destination.WriteAsync(NarOf(path), ct);

    public async Task<PathInfo> AddFromNarAsync(PathInfo expected, Stream nar, CancellationToken ct)
    {
        var contents = new MemoryStream();
        await nar.CopyToAsync(contents, ct);
        var got = Sha256Digest.Compute(contents.ToArray());
        if (got != expected.NarHash)
            throw new StoreException.HashMismatch(
                expected.Path.ToString(),
                expected.NarHash.ToString(),
                got.ToString()
            );
        foreach (var reference in expected.References)
        {
            if (reference != expected.Path && !_paths.ContainsKey(reference))
                throw new StoreException.MissingReference(expected.Path.ToString(), reference.ToString());
        }

        _paths[expected.Path] = (expected, contents.ToArray());
        Added.Enqueue(expected.Path);
        return expected;
    }
}
