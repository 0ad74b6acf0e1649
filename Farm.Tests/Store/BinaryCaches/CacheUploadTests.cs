using Farm.Store;
using Farm.Store.Signing;
using Farm.Tests.Support;

namespace Farm.Tests.Store.BinaryCaches;

/// <summary>Uploading to a server that takes files: the same files that <c>nix copy --to</c> puts there, and real Nix reads them.</summary>
public sealed class CacheUploadTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly string[] s_nix = ["--extra-experimental-features", "nix-command"];

    [RequiresNixFact]
    public async Task Files_are_those_of_nix_copy_and_real_Nix_reads_them()
    {
        using var directory = new TemporaryDirectory();
        await using var store = await TemporaryStore.OpenAsync();
        var infos = await CacheBench.FillAsync(store.Store, store.Work("sources"));
        var last = store.Store.StoreDir.Print(infos[^1].Path);
        var key = SecretKey.Generate("put-1");
        await KeyFile.WriteNewSecretAsync(directory.File("key"), key, s_ct);
        var options = $"?compression=none&write-nar-listing=1&secret-key={directory.File("key")}";

        await using var ours = await CacheServer.StartAsync(takesFiles: true);
        var cache = await CacheBench.OpenAsync(ours.Address + options);
        foreach (var info in infos)
            await CacheBench.CopyAsync(store.Store, cache, info);
        await using var theirs = await CacheServer.StartAsync(takesFiles: true);
        using (var source = new RealNix())
        {
            foreach (var info in infos)
                await CopyToNixAsync(directory, ours, source, store.Store.StoreDir.Print(info.Path), key);
            await source.RunAsync("nix", [.. s_nix, "copy", "--to", theirs.Address + options, last], s_ct);
        }

        Assert.Equal(theirs.Files.Keys.Order(), ours.Files.Keys.Order());
        Assert.Equal(theirs.Put.Keys.Order(), ours.Put.Keys.Order());
        Assert.All(ours.Put, put => Assert.Equal(theirs.Put[put.Key].MediaType, put.Value.MediaType));
        foreach (var narInfo in ours.Put.Where(put => put.Key.EndsWith(".narinfo", StringComparison.Ordinal)))
            Assert.Equal(Text(theirs.Put[narInfo.Key].Bytes), Text(narInfo.Value.Bytes));

        using var nix = new RealNix();
        await CopyToNixAsync(directory, ours, nix, last, key);
        await nix.RunAsync("nix-store", ["--verify", "--check-contents"], s_ct);
        Assert.Equal("one", await File.ReadAllTextAsync(nix.Physical(infos[0].Path)));
    }

    [Fact]
    public async Task Server_that_takes_nothing_is_told_in_one_sentence()
    {
        await using var server = await CacheServer.StartAsync();
        await using var store = await TemporaryStore.OpenAsync();
        var info = (await CacheBench.FillAsync(store.Store, store.Work("sources")))[0];
        var cache = await CacheBench.OpenAsync(server.Address);
        var failure = await Assert.ThrowsAsync<StoreException.CacheFailure>(() =>
            cache.AddFromNarAsync(info, new MemoryStream(NarTexts.File("one"u8.ToArray())), s_ct)
        );
        Assert.Contains("it takes no 'nar/", failure.Message);
    }

    private static Task<string> CopyToNixAsync(
        TemporaryDirectory directory,
        CacheServer from,
        RealNix to,
        string path,
        SecretKey key
    )
    {
        string[] trust = ["--option", "trusted-public-keys", key.PublicKey.ToString()];
        return to.RunAsync("nix", [.. s_nix, .. trust, "copy", "--from", from.Address, path], s_ct);
    }

    private static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);
}
