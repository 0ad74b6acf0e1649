using System.Text;
using System.Text.Json;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Tests.Store.Derivations;

public sealed class RealDerivationTests
{
    private static readonly StoreDir Default = StoreDir.Default;

    public static TheoryData<string> Files => [.. RealDerivations.Files];

    [Fact]
    public void There_are_45_real_derivations() => Assert.Equal(45, RealDerivations.Files.Count());

    [Theory]
    [MemberData(nameof(Files))]
    public void Print_gives_the_bytes_that_were_parsed(string file) =>
        Assert.Equal(RealDerivations.Bytes(file), DerivationPrinter.Print(Default, RealDerivations.Read(file)));

    [Theory]
    [MemberData(nameof(Files))]
    public void The_path_of_the_derivation_is_recomputed(string file) =>
        Assert.Equal(file, DerivationPrinter.PathOf(Default, RealDerivations.Read(file)).ToString());

    [Theory]
    [MemberData(nameof(Files))]
    public void References_are_inputs_and_sources(string file) =>
        Assert.Equal(
            RealDerivations.Entry(file).GetProperty("references").EnumerateArray().Select(path => path.GetString()),
            RealDerivations.Read(file).References.Select(Default.Print)
        );

    [Theory]
    [MemberData(nameof(Files))]
    public void The_type_is_the_one_that_Nix_tells(string file)
    {
        var expected = RealDerivations.Entry(file).GetProperty("type").GetString() switch
        {
            "input-addressed" => DerivationType.InputAddressed,
            "fixed" => DerivationType.Fixed,
            "ca-floating" => DerivationType.Floating,
            "impure" => DerivationType.Impure,
            _ => DerivationType.Deferred,
        };
        Assert.Equal(expected, RealDerivations.Read(file).Type);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_hash_as_an_input_is_recomputed(string file)
    {
        var expected = RealDerivations.Entry(file).GetProperty("hashModuloAsInput");
        switch (RealDerivations.Hashes().Of(StorePath.Parse(file)))
        {
            case DerivationHash.Regular regular:
                Assert.Equal(expected.GetString(), regular.Digest.ToBase16());
                break;
            case DerivationHash.FixedOutputs outputs:
                Assert.Equal(
                    expected.EnumerateObject().Select(output => (output.Name, output.Value.GetString())),
                    outputs.Digests.Select(output => (output.Key, (string?)output.Value.ToBase16()))
                );
                break;
            default:
                Assert.Equal(JsonValueKind.Null, expected.ValueKind);
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Masked_text_hash_and_output_paths_are_recomputed(string file)
    {
        var entry = RealDerivations.Entry(file);
        var derivation = RealDerivations.Read(file);
        var hashes = RealDerivations.Hashes();
        if (derivation.Type is not (DerivationType.InputAddressed or DerivationType.Deferred))
        {
            Assert.Throws<ArgumentException>(() => HashModulo.Masked(Default, derivation, hashes.Of));
            return;
        }
        var text = HashModulo.MaskedText(Default, derivation, hashes.Of);
        if (derivation.Type == DerivationType.Deferred)
        {
            Assert.Null(text);
            return;
        }
        Assert.Equal(entry.GetProperty("maskedATerm").GetString(), Encoding.UTF8.GetString(text!));
        Assert.Equal(
            entry.GetProperty("hashModuloMasked").GetString(),
            HashModulo.Masked(Default, derivation, hashes.Of)?.ToBase16()
        );
        Assert.Equal(OutputPaths.Known(derivation), OutputPaths.Compute(Default, derivation, hashes.Of)!);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Check_accepts_what_Nix_registered(string file) =>
        DerivationValidator.Check(Default, RealDerivations.Read(file), RealDerivations.Hashes().Of);

    [Fact]
    public void A_fixed_output_derivation_never_asks_for_its_inputs()
    {
        var fetched = RealDerivations.Read(
            RealDerivations.Files.Single(file => file.EndsWith("-fetched.drv", StringComparison.Ordinal))
        );
        var hash = HashModulo.AsInput(
            Default,
            fetched,
            path => throw new InvalidOperationException($"asked for {path}")
        );
        Assert.IsType<DerivationHash.FixedOutputs>(hash);
    }
}
