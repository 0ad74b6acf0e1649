using System.Text;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Signing;
using Farm.Tests.Support;

namespace Farm.Tests.Store.BinaryCaches;

/// <summary>What outputs have come to, in binary caches: as Nix 2.8 writes it, and as it reads it.</summary>
public sealed class CacheRealisationsTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly string[] s_features = ["--extra-experimental-features", "ca-derivations nix-command"];
    private static readonly DerivationOutputId s_id = new(Hash.Compute(HashAlgorithm.Sha256, "drv"u8), "out");

    [Fact]
    public async Task What_is_written_is_signed_and_read_back_and_signatures_are_added_to()
    {
        using var directory = new TemporaryDirectory();
        await using var store = await TemporaryStore.OpenAsync();
        var info = (await CacheBench.FillAsync(store.Store, store.Work("sources")))[0];
        var key = SecretKey.Generate("cache-1");
        await KeyFile.WriteNewSecretAsync(directory.File("key"), key, s_ct);
        var cache = await CacheBench.OpenAsync($"{directory.File("cache")}?secret-key={directory.File("key")}");
        var one = new Realisation { Id = s_id, OutPath = info.Path };
        await Assert.ThrowsAsync<StoreException.InvalidPath>(() => cache.AddRealisationAsync(one, s_ct));
        await CacheBench.CopyAsync(store.Store, cache, info);
        Assert.Null(await cache.QueryRealisationAsync(s_id, s_ct));

        Assert.Equal(one.Sign(key), await cache.AddRealisationAsync(one, s_ct));
        Assert.Equal(one.Sign(key), await cache.QueryRealisationAsync(s_id, s_ct));
        var other = one.Sign(SecretKey.Generate("other-1"));
        Assert.Equal(2, (await cache.AddRealisationAsync(other, s_ct)).Signatures.Count);
        Assert.Equal(other.Sign(key), await cache.QueryRealisationAsync(s_id, s_ct));
        var second = (await CacheBench.FillAsync(store.Store, store.Work("more")))[1];
        await CacheBench.CopyAsync(store.Store, cache, second);
        await Assert.ThrowsAsync<StoreException.OtherRealisation>(() =>
            cache.AddRealisationAsync(one with { OutPath = second.Path }, s_ct)
        );
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("""{"id":"sha256:00!out","outPath":"ccanbp0brs758hic2z1krdbv17y2rf98-x"}""")]
    [InlineData(
        """{"id":"sha256:3733d778e9d543d23f6f0e538a1f634ad7c311729c4afbc16c713c9041234c2a!out","outPath":"ccanbp0brs758hic2z1krdbv17y2rf98-x"}"""
    )]
    public async Task What_is_malformed_or_of_another_output_is_refused(string text)
    {
        await using var server = await CacheServer.StartAsync();
        server.Serve($"realisations/{s_id}.doi", Encoding.UTF8.GetBytes(text));
        var cache = await CacheBench.OpenAsync(server.Address);
        var refusal = await Assert.ThrowsAsync<StoreException.RefusedSubstitute>(() =>
            cache.QueryRealisationAsync(s_id, s_ct)
        );
        Assert.Contains(s_id.ToString(), refusal.Message);
    }

    [RequiresNixFact]
    public async Task Real_Nix_substitutes_by_what_was_written_here_and_what_it_wrote_is_read()
    {
        using var directory = new TemporaryDirectory();
        using var nix = new RealNix();
        var key = SecretKey.Generate("k-1");
        await KeyFile.WriteNewSecretAsync(directory.File("key"), key, s_ct);
        string[] build = ["-E", RealisationSamples.Expression, "--no-out-link", .. s_features];
        var built = await nix.RunAsync(
            "nix-build",
            [.. build, "--option", "secret-key-files", directory.File("key")],
            s_ct
        );
        var path = StoreDir.Default.ParsePath(built.Trim());
        var theirDir = directory.File("theirs");
        await nix.RunAsync(
            "nix",
            ["copy", "--to", $"file://{theirDir}", "--expr", RealisationSamples.Expression, .. s_features],
            s_ct
        );
        var file = Assert.Single(Directory.GetFiles(theirDir + "/realisations"));
        var id = DerivationOutputId.Parse(Path.GetFileNameWithoutExtension(file));
        var theirs = await CacheBench.OpenAsync(theirDir);
        var found = await theirs.QueryRealisationAsync(id, s_ct);
        Assert.Equal(path, found!.OutPath);
        Assert.Equal((found with { Signatures = [] }).Sign(key), found);

        var ourDir = directory.File("ours");
        await using (var temporary = await TemporaryStore.OpenAtAsync(nix.Root))
        {
            var ours = await CacheBench.OpenAsync($"{ourDir}?secret-key={directory.File("key")}");
            var info = await temporary.Store.QueryAsync(path, s_ct);
            await CacheBench.CopyAsync(temporary.Store, ours, info!); // It was built there.
            var recorded = await new StoreRealisations(temporary.Store).QueryAsync(id, s_ct);
            await ours.AddRealisationAsync(recorded! with { Signatures = [] }, s_ct);
        }
        Assert.Equal(
            await File.ReadAllTextAsync(file),
            await File.ReadAllTextAsync($"{ourDir}/realisations/{Path.GetFileName(file)}")
        );
        string[] fetch = [.. build, "-j0", "--option", "substituters", $"file://{ourDir}"];
        using var friend = new RealNix();
        string[] trust = ["--option", "trusted-public-keys", key.PublicKey.ToString()];
        Assert.Equal(built, await friend.RunAsync("nix-build", [.. fetch, .. trust], s_ct));
    }
}
