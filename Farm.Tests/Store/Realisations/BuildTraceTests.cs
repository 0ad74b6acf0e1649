using Farm.Store;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Signing;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Realisations;

/// <summary>What outputs have come to, named by the paths of their derivations.</summary>
public sealed class BuildTraceTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly StorePath s_absent = StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-x.drv");

    [Fact]
    public async Task An_entry_is_recorded_without_its_derivation_and_its_signatures_are_added_to()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var realisations = new StoreRealisations(temporary.Store);
        var entry = Entry(s_absent, await RealisationSamples.AddAsync(temporary.Store, "one"));
        Assert.Null(await realisations.QueryAsync(s_absent, "out", s_ct));
        await realisations.RegisterAsync(entry, s_ct);
        Assert.Equal(entry, await realisations.QueryAsync(s_absent, "out", s_ct));
        Assert.Null(await realisations.QueryAsync(s_absent, "dev", s_ct));
        var signed = entry with { Signatures = [SecretKey.Generate("k").Sign(entry.Fingerprint())] };
        await realisations.RegisterAsync(signed, s_ct);
        await realisations.RegisterAsync(entry, s_ct);
        await temporary.ReopenAsync();
        Assert.Equal(signed, await new StoreRealisations(temporary.Store).QueryAsync(s_absent, "out", s_ct));
    }

    [Fact]
    public async Task Another_path_is_refused_until_the_first_is_gone()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var realisations = new StoreRealisations(temporary.Store);
        var one = Entry(s_absent, await RealisationSamples.AddAsync(temporary.Store, "one"));
        var two = one with { OutPath = await RealisationSamples.AddAsync(temporary.Store, "two") };
        await realisations.RegisterAsync(one, s_ct);
        await Assert.ThrowsAsync<StoreException.OtherRealisation>(() => realisations.RegisterAsync(two, s_ct));
        await temporary.Store.DeleteAsync(one.OutPath, s_ct);
        Assert.Null(await realisations.QueryAsync(s_absent, "out", s_ct));
        await Assert.ThrowsAsync<StoreException.InvalidPath>(() => realisations.RegisterAsync(one, s_ct));
        await realisations.RegisterAsync(two, s_ct);
        Assert.Equal(two, await realisations.QueryAsync(s_absent, "out", s_ct));
    }

    [Fact]
    public void What_is_signed_is_the_text_of_recent_Nix() =>
        Assert.Equal(
            """{"key":{"drvPath":"0qmn2l8wrkar36vxrfcxbgp7qbn7793q-x.drv","outputName":"out"},"value":{"outPath":"0qmn2l8wrkar36vxrfcxbgp7qbn7793q-x"}}""",
            Entry(s_absent, StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-x")).Fingerprint()
        );

    [RequiresNixFact]
    public async Task What_real_Nix_recorded_by_hash_is_found_by_path_and_the_other_way_round()
    {
        using var nix = new RealNix();
        string[] features = ["--extra-experimental-features", "ca-derivations"];
        var drv = Assert.Single(await nix.InstantiateAsync("-E", [RealisationSamples.Expression, .. features], s_ct));
        string[] realise = ["-r", StoreDir.Default.Print(drv), .. features];
        var built = StoreDir.Default.ParsePath((await nix.RunAsync("nix-store", realise, s_ct)).Trim());
        await using (var temporary = await TemporaryStore.OpenAtAsync(nix.Root))
        {
            var found = await new StoreRealisations(temporary.Store).QueryAsync(drv, "out", s_ct);
            Assert.Equal(Entry(drv, built), found);
        }

        using var other = new RealNix();
        Assert.Equal(
            drv,
            Assert.Single(await other.InstantiateAsync("-E", [RealisationSamples.Expression, .. features], s_ct))
        );
        await using (var temporary = await TemporaryStore.OpenAtAsync(other.Root))
        {
            await new StoreRealisations(temporary.Store).RegisterAsync(
                Entry(drv, await RealisationSamples.AddAsync(temporary.Store, "elsewhere")),
                s_ct
            );
        }
        Assert.EndsWith(
            "-elsewhere",
            (await other.RunAsync("nix-store", realise, s_ct)).Trim(),
            StringComparison.Ordinal
        );
    }

    private static BuildTraceEntry Entry(StorePath drvPath, StorePath outPath) =>
        new()
        {
            DrvPath = drvPath,
            OutputName = "out",
            OutPath = outPath,
        };
}
