using System.Text;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Signing;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Realisations;

public sealed class StoreRealisationsTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly Hash s_hash = Hash.Compute(HashAlgorithm.Sha256, "drv"u8);

    [Fact]
    public async Task A_realisation_is_recorded_and_its_signatures_are_added_to()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var realisations = new StoreRealisations(temporary.Store);
        var one = new Realisation
        {
            Id = new(s_hash, "out"),
            OutPath = await RealisationSamples.AddAsync(temporary.Store, "one"),
        };
        Assert.Null(await realisations.QueryAsync(one.Id, s_ct));
        Assert.Equal(one, await realisations.RegisterAsync(one, s_ct));
        var signed = one.Sign(SecretKey.Generate("k"));
        await realisations.RegisterAsync(signed, s_ct);
        Assert.Equal(signed, await realisations.RegisterAsync(one, s_ct));
        await temporary.ReopenAsync();
        Assert.Equal(signed, await new StoreRealisations(temporary.Store).QueryAsync(one.Id, s_ct));
    }

    [Fact]
    public async Task Another_path_for_an_output_is_refused_and_so_is_one_that_is_not_valid()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var realisations = new StoreRealisations(temporary.Store);
        var one = new Realisation
        {
            Id = new(s_hash, "out"),
            OutPath = await RealisationSamples.AddAsync(temporary.Store, "one"),
        };
        await realisations.RegisterAsync(one, s_ct);
        var two = one with { OutPath = await RealisationSamples.AddAsync(temporary.Store, "two") };
        await Assert.ThrowsAsync<StoreException.OtherRealisation>(() => realisations.RegisterAsync(two, s_ct));
        await temporary.Store.DeleteAsync(one.OutPath, s_ct);
        Assert.Null(await realisations.QueryAsync(one.Id, s_ct));
        await Assert.ThrowsAsync<StoreException.InvalidPath>(() => realisations.RegisterAsync(one, s_ct));
        Assert.Equal(two, await realisations.RegisterAsync(two, s_ct));
    }

    [Fact]
    public async Task What_it_was_built_with_is_recorded_too()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var realisations = new StoreRealisations(temporary.Store);
        var one = new Realisation
        {
            Id = new(s_hash, "out"),
            OutPath = await RealisationSamples.AddAsync(temporary.Store, "one"),
        };
        var two = new Realisation
        {
            Id = new(s_hash, "dev"),
            OutPath = await RealisationSamples.AddAsync(temporary.Store, "two"),
            Dependent = one.Dependent.Add(one.Id, one.OutPath),
        };
        await Assert.ThrowsAsync<StoreException.InvalidPath>(() => realisations.RegisterAsync(two, s_ct));
        await realisations.RegisterAsync(one, s_ct);
        await realisations.RegisterAsync(two, s_ct);
        Assert.Equal(two, await realisations.QueryAsync(two.Id, s_ct));

        await temporary.Store.DeleteAsync(one.OutPath, s_ct);
        Assert.Empty((await realisations.QueryAsync(two.Id, s_ct))!.Dependent);
    }

    [Fact]
    public void Text_is_that_of_Nix_and_is_read_back()
    {
        var one = new Realisation
        {
            Id = DerivationOutputId.Parse($"{s_hash.Print(HashFormat.Base16)}!out"),
            OutPath = StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-x"),
        };
        var text = $"{{\"dependentRealisations\":{{}},\"id\":\"{one.Id}\",\"outPath\":\"{one.OutPath}\"";
        Assert.Equal(text + "}", RealisationJson.Fingerprint(one));
        Assert.Equal(text + ",\"signatures\":[]}", RealisationJson.Print(one));
        var signed = one.Sign(SecretKey.Generate("k")) with
        {
            Dependent = one.Dependent.Add(new(s_hash, "a"), one.OutPath),
        };
        Assert.Equal(signed, RealisationJson.Parse(Encoding.UTF8.GetBytes(RealisationJson.Print(signed))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"id\":\"sha256:00!out\",\"outPath\":\"0qmn2l8wrkar36vxrfcxbgp7qbn7793q-x\"}")]
    [InlineData("{\"id\":3,\"outPath\":\"0qmn2l8wrkar36vxrfcxbgp7qbn7793q-x\"}")]
    [InlineData("{\"id\":null,\"outPath\":null}")]
    public void What_is_no_realisation_is_refused(string text) =>
        Assert.Throws<NixFormatException>(() => RealisationJson.Parse(Encoding.UTF8.GetBytes(text)));

    [RequiresNixFact]
    public async Task What_real_Nix_recorded_is_found_and_real_Nix_takes_what_we_recorded()
    {
        using var nix = new RealNix();
        string[] features = ["--extra-experimental-features", "ca-derivations nix-command"];
        var drv = await nix.InstantiateAsync("-E", [RealisationSamples.Expression, .. features], s_ct);
        var built = (await nix.RunAsync("nix-store", ["-r", StoreDir.Default.Print(drv[0]), .. features], s_ct)).Trim();
        var file = nix.Root + "/nix/var/nix/db/db.sqlite";
        var id = (await nix.RunShellAsync($"sqlite3 {file} \"select drvPath from Realisations\"", s_ct)).Trim();

        await using var temporary = await TemporaryStore.OpenAtAsync(nix.Root);
        var realisations = new StoreRealisations(temporary.Store);
        var found = await realisations.QueryAsync(DerivationOutputId.Parse(id + "!out"), s_ct);
        Assert.Equal(built, StoreDir.Default.Print(found!.OutPath));
        await realisations.RegisterAsync(found with { Id = new(s_hash, "out") }, s_ct);
        await temporary.CloseAsync();
        await nix.RunAsync("nix-store", ["--verify", .. features], s_ct);
        await nix.RunAsync("nix-store", ["-r", StoreDir.Default.Print(drv[0]), .. features], s_ct);
    }
}
