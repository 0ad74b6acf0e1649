using System.Text.Json;
using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Derivations;

public sealed class RealisationHashesTests
{
    /// <summary>What Nix 2.8 recorded: of each derivation its outputs' paths by hash.</summary>
    private static readonly ILookup<string, string> s_recorded = Recorded();

    public static TheoryData<string> ByDerivation()
    {
        var recorded = Items()
            .Where(item => item.TryGetProperty("drvPath", out _))
            .Select(item => StoreDir.Default.ParsePath(item.GetProperty("drvPath").GetString()!).ToString());
        return [.. recorded.Distinct().Where(RealDerivations.Files.Contains)];
    }

    [Theory]
    [InlineData("49f9pvz47sbki1dq18dxfaj52mkvd8l7-ca-float.drv", "ry8ysbriw2blg2l24jmnfvps2i9gqg74-ca-float")]
    [InlineData("hhmidp88zdpgavsxza5wrwgj8llajz93-ca-multi.drv", "307ak30bbfdg7rhlbanmphd65l9vr6cz-ca-multi")]
    [InlineData("qb56lhwypxp2y3d5qzz5nqgni82rzfsg-ca-dep.drv", "g5fg09jrf1r48c6fanajjhx3s1586mzn-ca-dep")]
    [InlineData("r7ca1rbl2j1hyxbgqv5gkh1fcg5qdhv5-ca-dep-dep.drv", "n80shg9advdphdk0i8iwzpki8j4y3w5c-ca-dep-dep")]
    [InlineData("z66ypi64mzd59prazqfsj51sxc2avgbl-ca-on-ca.drv", "hib0klpyb0qk0nxzjdrk76b8pdijid14-ca-on-ca")]
    public void Outputs_without_known_paths_are_recorded_by_the_hash_that_Nix_has(string drv, string output) =>
        Assert.Contains($"/nix/store/{output}", s_recorded[Hash(drv)]);

    [Theory]
    [InlineData("yb91mc63lcjfb8xpyvyf5z9lcv9rlaff-ca-dep.drv", "g5fg09jrf1r48c6fanajjhx3s1586mzn-ca-dep")]
    [InlineData("k34y0l4c953vh7nm19x0plirhr4br7b8-ca-dep-dep.drv", "n80shg9advdphdk0i8iwzpki8j4y3w5c-ca-dep-dep")]
    [InlineData("2n7ampd6y1bjdm8c38j36hki3ps2q9w1-ca-on-ca.drv", "hib0klpyb0qk0nxzjdrk76b8pdijid14-ca-on-ca")]
    public void Resolved_derivations_are_recorded_too(string drv, string output)
    {
        var path = StorePath.Parse(drv);
        var derivation = DerivationParser.Parse(StoreDir.Default, path, Vectors.Read("drv", "resolved", drv));
        var hash = $"sha256:{new RealisationHashes(StoreDir.Default, NoInput).Of(derivation).ToBase16()}";
        Assert.Contains($"/nix/store/{output}", s_recorded[hash]);
    }

    [Theory]
    [MemberData(nameof(ByDerivation))]
    public void Outputs_with_known_paths_have_the_hash_that_Nix_recorded(string drv) =>
        Assert.Equal(
            OutputPaths
                .Known(RealDerivations.Read(drv))
                .Values.Select(StoreDir.Default.Print)
                .Order(StringComparer.Ordinal),
            s_recorded[Hash(drv)].Distinct().Order(StringComparer.Ordinal)
        );

    [Fact]
    public void An_impure_derivation_counts_by_a_constant() =>
        Assert.Equal(
            "sha256:ddffc26775f61118da8597d1f2f62c544ec92461b31b5b1075ed8689a7ee8292",
            Hash("95b6y5zh71yyb9rp8la319w4jw5k2jns-impure.drv")
        );

    private static string Hash(string drv)
    {
        var hashes = new RealisationHashes(StoreDir.Default, path => RealDerivations.Read(path.ToString()));
        return $"sha256:{hashes.Of(RealDerivations.Read(drv)).ToBase16()}";
    }

    private static Derivation NoInput(StorePath path) => throw new InvalidOperationException($"'{path}' is no input");

    private static ILookup<string, string> Recorded() =>
        Items()
            .ToLookup(
                item => item.GetProperty("drvHash").GetString()!,
                item => item.GetProperty("outPath").GetString()!
            );

    private static JsonElement[] Items()
    {
        using var file = JsonDocument.Parse(Vectors.Read("drv", "realisations.json"));
        return [.. file.RootElement.EnumerateArray().Select(item => item.Clone())];
    }
}
