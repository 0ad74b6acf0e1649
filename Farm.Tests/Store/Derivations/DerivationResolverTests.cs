using System.Text.Json;
using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Derivations;

public sealed class DerivationResolverTests
{
    private static readonly StoreDir Default = StoreDir.Default;

    public static TheoryData<string, string> Resolutions()
    {
        var resolutions = new TheoryData<string, string>();
        foreach (var item in Manifest().GetProperty("resolutions").EnumerateArray())
            resolutions.Add(item.GetProperty("unresolved").GetString()!, item.GetProperty("resolved").GetString()!);
        return resolutions;
    }

    [Theory]
    [MemberData(nameof(Resolutions))]
    public void TryResolve_gives_the_derivation_that_Nix_wrote(string unresolved, string resolved)
    {
        var derivation = RealDerivations.Read(unresolved);
        Assert.True(DerivationResolver.NeedsResolution(derivation, resolvesFixed: false));
        var result = DerivationResolver.TryResolve(Default, derivation, PathOf)!;
        Assert.Equal(Vectors.Read("drv", "resolved", resolved), DerivationPrinter.Print(Default, result));
        Assert.Equal(resolved, DerivationPrinter.PathOf(Default, result).ToString());
    }

    [Theory]
    [MemberData(nameof(Resolutions))]
    public void TryResolve_gives_nothing_while_an_input_is_not_built(string unresolved, string resolved)
    {
        Assert.NotEqual(unresolved, resolved);
        Assert.Null(DerivationResolver.TryResolve(Default, RealDerivations.Read(unresolved), (_, _) => null));
    }

    [Fact]
    public void An_input_addressed_derivation_needs_no_resolution() =>
        Assert.DoesNotContain(
            RealDerivations.Files.Select(RealDerivations.Read),
            derivation =>
                derivation.Type == DerivationType.InputAddressed
                && DerivationResolver.NeedsResolution(derivation, resolvesFixed: true)
        );

    private static StorePath? PathOf(StorePath drv, string output)
    {
        if (Manifest().GetProperty("caOutputs").TryGetProperty(drv.ToString(), out var outputs))
            return Default.ParsePath(outputs.GetProperty(output).GetString()!);
        return RealDerivations.Read(drv.ToString()).Outputs[output].KnownPath;
    }

    private static JsonElement Manifest()
    {
        using var file = JsonDocument.Parse(Vectors.Read("drv", "resolved", "manifest.json"));
        return file.RootElement.Clone();
    }
}
