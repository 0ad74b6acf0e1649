using System.Text.Json;
using Farm.Store.Compressing;
using Farm.Store.Paths;
using Farm.Store.Signing;
using Farm.Tests.Support;

namespace Farm.Tests.Store.BinaryCaches;

/// <summary>Caches made by real Nix are read, and real Nix reads those that were made here, signatures required.</summary>
public sealed class RealNixCacheTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly string[] s_nix = ["--extra-experimental-features", "nix-command"];

    [RequiresNixFact]
    public async Task Caches_of_Nix_in_every_compression_are_read()
    {
        using var nix = new RealNix();
        using var directory = new TemporaryDirectory();
        var path = await AddAsync(nix, directory);
        foreach (var compression in NarCompression.All)
        {
            var cacheDir = directory.File($"cache-{compression}");
            await nix.RunAsync(
                "nix",
                [.. s_nix, "copy", "--to", $"file://{cacheDir}?compression={compression}", nix.StoreDir.Print(path)],
                s_ct
            );
            await using var store = await TemporaryStore.OpenAsync();
            var cache = await CacheBench.OpenAsync(cacheDir);
            var info = await cache.QueryAsync(path, s_ct);
            await CacheBench.CopyAsync(cache, store.Store, info!); // It was copied there.
            Assert.True((await store.Store.CheckContentsAsync(path, s_ct)).IsIntact);
        }
    }

    [RequiresNixFact]
    public async Task Nix_reads_caches_made_here_in_every_compression_with_signatures_required()
    {
        await using var store = await TemporaryStore.OpenAsync();
        using var directory = new TemporaryDirectory();
        var infos = await CacheBench.FillAsync(store.Store, store.Work("sources"));
        // Not addressed by its content, so that the signature decides.
        var unaddressed = infos[^1] with
        {
            ContentAddress = null,
        };
        var key = SecretKey.Generate("test-1");
        await KeyFile.WriteNewSecretAsync(directory.File("key"), key, s_ct);
        foreach (var compression in NarCompression.All)
        {
            var cacheDir = directory.File($"cache-{compression}");
            var options = $"compression={compression}&secret-key={directory.File("key")}&parallel-compression=1";
            var cache = await CacheBench.OpenAsync($"{cacheDir}?{options}&write-nar-listing=1");
            foreach (var info in infos[..^1].Append(unaddressed))
                await CacheBench.CopyAsync(store.Store, cache, info);

            using var nix = new RealNix();
            var path = store.Store.StoreDir.Print(unaddressed.Path);
            string[] from = ["copy", "--from", $"file://{cacheDir}", path];
            await Assert.ThrowsAsync<InvalidOperationException>(() => nix.RunAsync("nix", [.. s_nix, .. from], s_ct));
            string[] trust = ["--option", "trusted-public-keys", key.PublicKey.ToString()];
            await nix.RunAsync("nix", [.. s_nix, .. trust, .. from], s_ct);
            await nix.RunAsync("nix-store", ["--verify", "--check-contents"], s_ct);

            var listed = await nix.RunAsync(
                "nix",
                [.. s_nix, "store", "ls", "--store", $"file://{cacheDir}", path],
                s_ct
            );
            Assert.NotNull(listed);
            var said = await nix.RunAsync(
                "nix",
                [.. s_nix, "path-info", "--json", "--recursive", "--store", $"file://{cacheDir}", path],
                s_ct
            );
            using var document = JsonDocument.Parse(said);
            foreach (var info in infos)
            {
                var ours = await cache.QueryNarInfoAsync(info.Path, s_ct);
                var theirs = document
                    .RootElement.EnumerateArray()
                    .Single(one => one.GetProperty("path").GetString() == store.Store.StoreDir.Print(info.Path));
                Assert.Equal(info.NarSizeBytes, theirs.GetProperty("narSize").GetInt64());
                Assert.Equal(ours!.FileSizeBytes, theirs.GetProperty("downloadSize").GetInt64());
                Assert.Equal(ours.Info.Signatures.Order(), Strings(theirs, "signatures"));
            }
        }
    }

    [RequiresNixFact]
    public async Task Nix_store_realises_from_a_cache_made_here()
    {
        await using var store = await TemporaryStore.OpenAsync();
        using var directory = new TemporaryDirectory();
        var infos = await CacheBench.FillAsync(store.Store, store.Work("sources"));
        var cache = await CacheBench.OpenAsync($"{directory.File("cache")}?compression=zstd&compression-level=19");
        foreach (var info in infos)
            await CacheBench.CopyAsync(store.Store, cache, info);
        using var nix = new RealNix();
        var path = store.Store.StoreDir.Print(infos[^1].Path);
        await nix.RunAsync("nix-store", ["--realise", path, "--option", "substituters", cache.Address], s_ct);
        Assert.True(File.Exists(nix.Physical(infos[^1].Path)));
    }

    // Nix leaves an empty list out.
    private static IEnumerable<string> Strings(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(one => one.GetString()!).Order() : [];

    private static async Task<StorePath> AddAsync(RealNix nix, TemporaryDirectory directory)
    {
        var file = directory.File("source");
        await File.WriteAllTextAsync(file, string.Concat(Enumerable.Repeat("some text ", 10_000)));
        return nix.StoreDir.ParsePath((await nix.RunAsync("nix-store", ["--add", file], s_ct)).Trim());
    }
}
