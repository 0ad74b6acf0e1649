using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Text;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Tests.Store.BinaryCaches;

/// <summary>What the tests of binary caches do with them.</summary>
internal static class CacheBench
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly HttpCacheClient s_http = HttpCacheClient.Create(new HttpCacheSettings());

    public static Task<BinaryCacheStore> OpenAsync(string address, HttpCacheSettings? settings = null) =>
        BinaryCacheStore.CreateAsync(
            CacheAddress.Parse(address),
            StoreDir.Default,
            s_http,
            settings ?? new HttpCacheSettings(),
            s_ct
        );

    /// <summary>The paths of a cache in a directory, found by its narinfos.</summary>
    public static async Task<ImmutableSortedSet<StorePath>> PathsAsync(IStore cache, string directory)
    {
        var paths = ImmutableSortedSet.CreateBuilder<StorePath>();
        foreach (var file in Directory.GetFiles(directory, "*.narinfo"))
        {
            Assert.True(StorePathHash.TryParse(Path.GetFileNameWithoutExtension(file), out var hash));
            paths.Add((await cache.QueryPathFromHashPartAsync(hash, s_ct))!.Value);
        }
        return paths.ToImmutable();
    }

    /// <summary>What is known of the paths, references first.</summary>
    public static async Task<ImmutableArray<PathInfo>> InOrderAsync(IStore store, IReadOnlyCollection<StorePath> paths)
    {
        var done = ImmutableArray.CreateBuilder<PathInfo>();
        var seen = new HashSet<StorePath>();
        foreach (var path in paths)
            await VisitAsync(path);
        return done.ToImmutable();

        async Task VisitAsync(StorePath path)
        {
            if (!seen.Add(path))
                return;
            var info = await store.QueryAsync(path, s_ct);
            Assert.NotNull(info);
            foreach (var reference in info.References)
                await VisitAsync(reference);
            done.Add(info);
        }
    }

    /// <summary>A text, a directory that is larger, and a text that refers to both.</summary>
    public static async Task<PathInfo[]> FillAsync(LocalStore store, string work)
    {
        var first = await store.AddTextAsync(StorePathName.Parse("first"), "one"u8.ToArray(), [], s_ct);
        Directory.CreateDirectory(Path.Combine(work, "inside"));
        var random = new Random(5);
        for (var i = 0; i < 20; i++)
        {
            var bytes = new byte[random.Next(60_000)];
            random.NextBytes(bytes.AsSpan(0, bytes.Length / 2));
            await File.WriteAllBytesAsync(Path.Combine(work, "inside", $"file{i}"), bytes);
        }
        var tree = await store.AddFileTreeAsync(
            StorePathName.Parse("tree"),
            work,
            ContentAddressMethod.Nar,
            Farm.Store.Hashing.HashAlgorithm.Sha256,
            s_ct
        );
        var text = $"{store.StoreDir.Print(first.Path)} {store.StoreDir.Print(tree.Path)}";
        var last = await store.AddTextAsync(
            StorePathName.Parse("last"),
            Encoding.UTF8.GetBytes(text),
            [first.Path, tree.Path],
            s_ct
        );
        return [first, tree, last];
    }

    /// <summary>Copies one path.</summary>
    public static async Task CopyAsync(IStore from, IStore to, PathInfo info)
    {
        var pipe = new Pipe();
        var writing = Task.Run(async () =>
        {
            await from.DumpNarAsync(info.Path, pipe.Writer.AsStream(), s_ct);
            await pipe.Writer.CompleteAsync();
        });
        await to.AddFromNarAsync(info, pipe.Reader.AsStream(), s_ct);
        await writing;
    }
}
