using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Compressing;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.BinaryCaches;

public sealed class BinaryCacheStoreTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    public static TheoryData<string> Names => [.. NarCompression.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_path_of_a_cache_that_Nix_made_is_read(string compression)
    {
        await using var store = await TemporaryStore.OpenAsync();
        var directory = Vectors.Path("narinfo", "caches", compression);
        var cache = await CacheBench.OpenAsync("file://" + directory);
        Assert.Equal("/nix/store", (await cache.ReadInfoAsync(s_ct))!.StoreDir);
        var paths = await CacheBench.PathsAsync(cache, directory);
        Assert.Equal(6, paths.Count);
        foreach (var info in await CacheBench.InOrderAsync(cache, paths))
        {
            using var nar = new MemoryStream();
            await cache.DumpNarAsync(info.Path, nar, s_ct);
            Assert.Equal(info.NarHash, Sha256Digest.Compute(nar.ToArray()));
            nar.Position = 0;
            await store.Store.AddFromNarAsync(info, nar, s_ct);
        }
        Assert.Equal(paths, await store.Store.AllValidAsync(s_ct));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_written_in_every_compression_is_read_again(string compression)
    {
        await using var store = await TemporaryStore.OpenAsync();
        using var directory = new TemporaryDirectory();
        var infos = await CacheBench.FillAsync(store.Store, store.Work("sources"));
        var cache = await CacheBench.OpenAsync($"{directory.Path}?compression={compression}&write-nar-listing=1");
        foreach (var info in infos)
        {
            await CacheBench.CopyAsync(store.Store, cache, info);
            Assert.Equal(info.NarHash, (await cache.QueryAsync(info.Path, s_ct))!.NarHash);
            Assert.Equal(info.Path, await cache.QueryPathFromHashPartAsync(info.Path.Hash, s_ct));
            using var nar = new MemoryStream();
            await cache.DumpNarAsync(info.Path, nar, s_ct);
            Assert.Equal(info.NarHash, Sha256Digest.Compute(nar.ToArray()));
            var listing = await File.ReadAllTextAsync(directory.File($"{info.Path.Hash}.ls"));
            Assert.StartsWith("{\"version\":1", listing, StringComparison.Ordinal);
        }
        Assert.Equal(infos.Length, (await cache.ValidAsync([.. infos.Select(info => info.Path)], s_ct)).Count);
        Assert.Empty(Directory.GetFiles(directory.Path, "*.tmp.*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_path_whose_reference_is_not_in_the_cache_is_refused()
    {
        await using var store = await TemporaryStore.OpenAsync();
        using var directory = new TemporaryDirectory();
        var infos = await CacheBench.FillAsync(store.Store, store.Work("sources"));
        var cache = await CacheBench.OpenAsync(directory.Path);
        using var nar = new MemoryStream();
        await Assert.ThrowsAsync<StoreException.MissingReference>(() => cache.AddFromNarAsync(infos[^1], nar, s_ct));
        Assert.Empty(Directory.GetFiles(directory.Path, "*.narinfo"));
    }

    [Fact]
    public async Task An_archive_that_is_not_what_was_announced_is_refused_and_not_written()
    {
        await using var store = await TemporaryStore.OpenAsync();
        using var directory = new TemporaryDirectory();
        var infos = await CacheBench.FillAsync(store.Store, store.Work("sources"));
        var cache = await CacheBench.OpenAsync(directory.Path);
        var lie = new PathInfo
        {
            Path = infos[0].Path,
            NarHash = infos[1].NarHash,
            NarSizeBytes = infos[0].NarSizeBytes,
        };
        await Assert.ThrowsAsync<StoreException.HashMismatch>(() => CacheBench.CopyAsync(store.Store, cache, lie));
        Assert.Equal(
            [directory.File("nix-cache-info")],
            Directory.GetFiles(directory.Path, "*", SearchOption.AllDirectories)
        );
    }

    [Fact]
    public async Task A_cache_of_another_store_directory_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("nix-cache-info"), "StoreDir: /gnu/store\n");
        var cache = await CacheBench.OpenAsync(directory.Path);
        var refused = await Assert.ThrowsAsync<StoreException.CacheFailure>(() => cache.ReadInfoAsync(s_ct));
        Assert.Contains("/gnu/store", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("nar/./x")]
    public async Task A_narinfo_that_leads_out_of_the_directory_is_refused(string url)
    {
        using var directory = new TemporaryDirectory();
        var path = StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-srcdir");
        await File.WriteAllTextAsync(
            directory.File($"{path.Hash}.narinfo"),
            $"StorePath: /nix/store/{path}\nURL: {url}\nCompression: none\n"
                + "NarHash: sha256:1649wdyddqbcwi0fhxar5cn0labrb621bafjazblf4rzzrg9lf0d\nNarSize: 880\nReferences: \n"
        );
        var cache = await CacheBench.OpenAsync(directory.Path);
        await Assert.ThrowsAsync<StoreException.CacheFailure>(() => cache.DumpNarAsync(path, Stream.Null, s_ct));
    }

    [Theory]
    [InlineData("s3://bucket")]
    [InlineData("relative/directory")]
    [InlineData("file://host/directory")]
    [InlineData("https://example.org?compresion=xz")]
    [InlineData("https://example.org?compression=lz4")]
    [InlineData("https://example.org?priority=high")]
    [InlineData("https://example.org?trusted")]
    public void What_is_no_address_of_a_cache_is_refused(string text) =>
        Assert.Throws<NixFormatException>(() => CacheAddress.Parse(text));

    [Fact]
    public void An_address_is_shown_without_its_password()
    {
        var address = CacheAddress.Parse("https://me:secret@example.org/cache/?priority=7&trusted=1&compression=zstd");
        Assert.Equal("https://example.org/cache", address.Shown);
        Assert.Equal(7, address.Priority);
        Assert.True(address.IsTrusted);
        Assert.Same(NarCompression.Zstd, address.Compression);
    }
}
