using System.Text;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Derivations;

public sealed class HashModuloTests
{
    private static readonly StoreDir Default = StoreDir.Default;

    [Fact]
    public void Masked_text_is_the_golden_one()
    {
        var derivation = Golden("intermediate-first.drv", "intermediate");
        var text = HashModulo.MaskedText(Default, derivation, GoldenHashes().Of);
        Assert.Equal(Vectors.Read("golden", "derivation", "hash-modulo", "intermediate-first-modulo.drv"), text);
    }

    [Fact]
    public void Fixed_outputs_with_one_content_count_as_one_input()
    {
        var first = HashModulo.AsInput(Default, Golden("intermediate-first.drv", "intermediate"), GoldenHashes().Of);
        var second = HashModulo.AsInput(Default, Golden("intermediate-second.drv", "intermediate"), GoldenHashes().Of);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Two_inputs_with_one_hash_become_one_with_the_outputs_of_both()
    {
        var intermediate = HashModulo.AsInput(
            Default,
            Golden("intermediate-first.drv", "intermediate"),
            GoldenHashes().Of
        );
        var parent = Golden("parent-split.drv", "parent");
        var text = Encoding.UTF8.GetString(HashModulo.MaskedText(Default, parent, _ => intermediate)!);
        var digest = ((DerivationHash.Regular)intermediate).Digest.ToBase16();
        Assert.Contains($"[(\"{digest}\",[\"dev\",\"out\"])]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deferred_input_defers_the_hash()
    {
        var parent = Golden("parent-split.drv", "parent");
        Assert.Null(HashModulo.Masked(Default, parent, _ => new DerivationHash.Deferred()));
    }

    [Fact]
    public void An_output_that_a_fixed_input_lacks_is_refused()
    {
        var source = HashModulo.AsInput(Default, Golden("source-first.drv", "source"), Never);
        var parent = Golden("parent-split.drv", "parent");
        Assert.Throws<NixFormatException>(() => HashModulo.Masked(Default, parent, _ => source));
    }

    [Fact]
    public void A_derivation_that_depends_on_itself_is_refused()
    {
        var path = StorePath.Parse("q4mzjdlh5px6977h7v5fdsk1p33yg583-source.drv");
        var hashes = new DerivationHashes(Default, _ => Golden("intermediate-first.drv", "intermediate"));
        Assert.Throws<NixFormatException>(() => hashes.Of(path));
    }

    [Fact]
    public void FillIn_gives_a_deferred_output_the_golden_path()
    {
        var derivation = Invariant(
            "filled-in-deferred-empty-env-var",
            new DerivationOutput.Deferred(),
            "Fill in deferred output with empty env var",
            ""
        );
        var filled = OutputPaths.FillIn(Default, derivation, Never);
        Assert.Equal(
            "bilpz1nq8qi9r3bzsp72n34yjgqg43ws-filled-in-deferred-empty-env-var",
            filled.Outputs["out"].KnownPath.ToString()
        );
        DerivationValidator.Check(Default, filled, Never);
        Assert.Equal(filled, OutputPaths.FillIn(Default, filled, Never));
    }

    [Fact]
    public void FillIn_refuses_a_variable_that_holds_another_path()
    {
        var derivation = Invariant("x", new DerivationOutput.Deferred(), "", "/nix/store/other");
        Assert.Throws<NixFormatException>(() => OutputPaths.FillIn(Default, derivation, Never));
    }

    [Fact]
    public void Check_accepts_a_path_that_is_filled_in_already()
    {
        var path = StorePath.Parse("w4bk7hpyxzgy2gx8fsa8f952435pll3i-filled-in-already");
        var output = new DerivationOutput.InputAddressed(path);
        DerivationValidator.Check(
            Default,
            Invariant("filled-in-already", output, "Correct path stays unchanged", Default.Print(path)),
            Never
        );
    }

    [Fact]
    public void Check_refuses_a_path_that_does_not_follow()
    {
        var path = StorePath.Parse("c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-wrong-name");
        var output = new DerivationOutput.InputAddressed(path);
        var derivation = Invariant("bad-path", output, "Wrong InputAddressed path throws error", Default.Print(path));
        Assert.Throws<NixFormatException>(() => DerivationValidator.Check(Default, derivation, Never));
    }

    [Fact]
    public void Check_refuses_a_path_where_an_input_is_deferred()
    {
        var parent = Golden("intermediate-first.drv", "intermediate");
        Assert.Throws<NixFormatException>(() =>
            DerivationValidator.Check(Default, parent, _ => new DerivationHash.Deferred())
        );
    }

    [Fact]
    public void Check_refuses_an_output_without_its_variable()
    {
        var path = StorePath.Parse("w4bk7hpyxzgy2gx8fsa8f952435pll3i-filled-in-already");
        var derivation = Invariant(
            "filled-in-already",
            new DerivationOutput.InputAddressed(path),
            "Correct path stays unchanged",
            ""
        );
        Assert.Throws<NixFormatException>(() => DerivationValidator.Check(Default, derivation, Never));
    }

    [Theory]
    [InlineData("Derive([],[],[],\"s\",\"b\",[],[])")]
    [InlineData("Derive([(\"a\",\"\",\"\",\"\"),(\"b\",\"\",\"sha256\",\"\")],[],[],\"s\",\"b\",[],[])")]
    [InlineData("Derive([(\"a\",\"\",\"sha1\",\"\"),(\"b\",\"\",\"sha256\",\"\")],[],[],\"s\",\"b\",[],[])")]
    public void Outputs_without_a_common_type_are_refused(string text)
    {
        var derivation = DerivationParser.Parse(Default, StorePathName.Parse("x"), Encoding.UTF8.GetBytes(text));
        Assert.Throws<NixFormatException>(() => derivation.Type);
    }

    private static DerivationHash Never(StorePath path) => throw new InvalidOperationException($"asked for {path}");

    private static Derivation Golden(string file, string name) =>
        DerivationParser.Parse(
            Default,
            StorePathName.Parse(name),
            Vectors.Read("golden", "derivation", "hash-modulo", file)
        );

    private static DerivationHashes GoldenHashes() =>
        new(
            Default,
            path => Golden(path.ToString().StartsWith('q') ? "source-first.drv" : "source-second.drv", "source")
        );

    private static Derivation Invariant(string name, DerivationOutput output, string doc, string variable)
    {
        var empty = DerivationParser.Parse(
            Default,
            StorePathName.Parse(name),
            "Derive([(\"out\",\"\",\"\",\"\")],[],[],\"x86_64-linux\",\"/bin/sh\",[],[])"u8
        );
        return empty with
        {
            Outputs = empty.Outputs.SetItem("out", output),
            Env = empty
                .Env.Add(ByteString.FromUtf8("__doc"), ByteString.FromUtf8(doc))
                .Add(ByteString.FromUtf8("out"), ByteString.FromUtf8(variable)),
        };
    }
}
