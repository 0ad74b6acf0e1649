using System.Collections.Immutable;
using Farm.Http.Caches;
using Farm.Store.Compressing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Signing;
using Farm.Tests.Store.BinaryCaches;
using Farm.Tests.Support;

namespace Farm.Tests.Http.Caches;

/// <summary>Real Nix fetches from the server and pushes to it, signatures required.</summary>
public sealed class RealNixCacheServerTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly string[] s_nix = ["--extra-experimental-features", "nix-command"];

    [RequiresNixFact]
    public async Task Nix_copies_and_realises_in_every_compression_with_signatures_required()
    {
        await using var cache = await ServedCache.StartAsync();
        var infos = await CacheBench.FillAsync(cache.Store, cache.Work("sources"));
        var path = await AddUnaddressedAsync(cache, infos[^1]);
        string[] trust = ["--option", "trusted-public-keys", cache.Key.PublicKey.ToString()];
        foreach (var below in CacheSettings.Offered.Select(one => one.Name).Prepend(""))
        {
            var address = new Uri(cache.Address, below).ToString();
            using (var nix = new RealNix())
            {
                string[] copy = ["copy", "--from", address, path];
                await Assert.ThrowsAsync<InvalidOperationException>(() =>
                    nix.RunAsync("nix", [.. s_nix, .. copy], s_ct)
                );
                await nix.RunAsync("nix", [.. s_nix, .. trust, .. copy], s_ct);
                await nix.RunAsync("nix-store", ["--verify", "--check-contents"], s_ct);
            }
            using (var nix = new RealNix())
            {
                string[] realise = ["--realise", path, "--option", "substituters", address];
                await nix.RunAsync("nix-store", [.. trust, .. realise], s_ct);
                await nix.RunAsync("nix-store", ["--verify-path", path], s_ct);
            }
        }
    }

    [RequiresNixFact]
    public async Task Nix_lists_what_is_in_a_path_and_reads_its_log()
    {
        await using var cache = await ServedCache.StartAsync();
        var tree = await cache.AddFilesAsync("tree", CacheDownloadTests.Tree(cache.Work("tree")));
        using var nix = new RealNix();
        var expression = cache.Work("built.nix");
        await File.WriteAllTextAsync(
            expression,
            """derivation { name = "built"; system = "x86_64-linux"; builder = "/bin/sh"; }"""
        );
        var derivation = (await nix.InstantiateAsync(expression, [], s_ct))[0];
        var added = await cache.AddTextAsync("built.drv", await File.ReadAllTextAsync(nix.Physical(derivation)));
        Assert.Equal(derivation, added.Path);
        var folder = $"{cache.Store.Layout.LogDir}/drvs/{derivation.ToString()[..2]}";
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync($"{folder}/{derivation.ToString()[2..]}", "what was printed\n");
        string[] at = ["--store", cache.Address.ToString()];
        var listed = await nix.RunAsync(
            "nix",
            [.. s_nix, "store", "ls", .. at, "--recursive", StoreDir.Default.Print(tree.Path)],
            s_ct
        );
        Assert.Contains("of-700000", listed, StringComparison.Ordinal);
        var log = await nix.RunAsync("nix", [.. s_nix, "log", .. at, StoreDir.Default.Print(derivation)], s_ct);
        Assert.Equal("what was printed\n", log);
    }

    [RequiresNixFact]
    public async Task Nix_pushes_a_closure_with_netrc_and_fetches_it_again()
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        using var directory = new TemporaryDirectory();
        await KeyFile.WriteNewSecretAsync(directory.File("key"), cache.Key, s_ct);
        var netrc = directory.File("netrc");
        await File.WriteAllTextAsync(
            netrc,
            $"machine {cache.Address.Host} login {ServedCache.User} password {ServedCache.Secret}\n"
        );
        foreach (var compression in NarCompression.All)
        {
            using var nix = new RealNix();
            var paths = await BuildAsync(nix, directory, compression.Name);
            string[] to = ["copy", "--to", $"{cache.Address}?compression={compression}", .. paths];
            await Assert.ThrowsAsync<InvalidOperationException>(() => nix.RunAsync("nix", [.. s_nix, .. to], s_ct));
            string[] login = ["--option", "netrc-file", netrc];
            // No trusted key has signed the last path.
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                nix.RunAsync("nix", [.. s_nix, .. login, .. to], s_ct)
            );
            await nix.RunAsync("nix", [.. s_nix, "store", "sign", "-k", directory.File("key"), "-r", .. paths], s_ct);
            await nix.RunAsync("nix", [.. s_nix, .. login, .. to], s_ct);
            foreach (var path in paths)
                Assert.True((await cache.Store.CheckContentsAsync(StoreDir.Default.ParsePath(path), s_ct)).IsIntact);

            // The same client remembers under which name it has sent each archive.
            await nix.RunAsync("nix-store", ["--gc"], s_ct);
            Assert.False(Path.Exists(nix.Physical(StoreDir.Default.ParsePath(paths[0]))));
            string[] trust = ["--option", "trusted-public-keys", cache.Key.PublicKey.ToString()];
            await nix.RunAsync("nix", [.. s_nix, .. trust, "copy", "--from", cache.Address.ToString(), .. paths], s_ct);
            await nix.RunAsync("nix-store", ["--verify", "--check-contents"], s_ct);
        }
    }

    /// <summary>A path addressed by its content, and one that is not and refers to it; referrers first.</summary>
    private static async Task<ImmutableArray<string>> BuildAsync(RealNix nix, TemporaryDirectory directory, string name)
    {
        var expression = directory.File($"{name}.nix");
        await File.WriteAllTextAsync(
            expression,
            $$"""
            derivation {
              name = "pushed-{{name}}"; system = "x86_64-linux"; builder = "/bin/sh";
              source = builtins.toFile "source-{{name}}" "some text {{name}}";
              args = [ "-c" "echo $source > $out" ];
            }
            """
        );
        var drv = (await nix.InstantiateAsync(expression, [], s_ct))[0];
        var built = await nix.RunAsync(
            "nix-store",
            ["--realise", nix.StoreDir.Print(drv), "--option", "sandbox", "false"],
            s_ct
        );
        var closure = await nix.RequisitesAsync([nix.StoreDir.ParsePath(built.Trim())], s_ct);
        return [.. closure.Select(nix.StoreDir.Print).Reverse()];
    }

    /// <summary>The same contents as a path that a signature alone makes trustworthy.</summary>
    private static async Task<string> AddUnaddressedAsync(ServedCache cache, PathInfo info)
    {
        using var nar = new MemoryStream();
        await cache.Store.DumpNarAsync(info.Path, nar, s_ct);
        nar.Position = 0;
        var other = info with
        {
            Path = StorePath.Parse($"{new string('1', 32)}-unaddressed"),
            ContentAddress = null,
            Signatures = [],
        };
        await cache.Store.AddFromNarAsync(other, nar, s_ct);
        return StoreDir.Default.Print(other.Path);
    }
}
