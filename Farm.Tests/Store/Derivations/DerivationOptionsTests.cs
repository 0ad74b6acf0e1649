using System.Text;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Derivations;

public sealed class DerivationOptionsTests
{
    [Theory]
    [InlineData("ia/advanced-attributes.drv", "advanced-attributes")]
    [InlineData("ia/advanced-attributes-structured-attrs.drv", "advanced-attributes-structured-attrs")]
    public void Golden_attributes_are_read_from_either_form(string file, string name)
    {
        var options = DerivationOptions.From(Golden(file, name));
        Assert.Equal(["rainbow", "uid-range"], options.RequiredSystemFeatures);
        Assert.True(options.PrefersLocalBuild);
        Assert.False(options.AllowsSubstitutes);
        Assert.True(options.WantsNoSandbox);
        Assert.Equal(["UNICORN"], options.ImpureEnvVars);
        Assert.Equal(["/usr/bin/ditto"], options.ImpureHostDeps);
        Assert.Equal(["/nix/store/p0hax2lzvjpfc2gwkk62xdglz0fcqfzn-foo"], options.ExportReferencesGraph["refs1"]);
        Assert.Equal(["/nix/store/vj2i49jm2868j2fmqvxm70vlzmzvgv14-bar.drv"], options.ExportReferencesGraph["refs2"]);
        var checks = options.ChecksOf("out");
        Assert.Equal(["/nix/store/p0hax2lzvjpfc2gwkk62xdglz0fcqfzn-foo"], checks.AllowedReferences!);
        Assert.Equal(["/nix/store/z0rjzy29v9k5qa4nqpykrbzirj7sd43v-foo-dev", "bin"], checks.AllowedRequisites!);
        Assert.Equal(!options.HasStructuredAttributes, checks.IgnoresSelfRequisites);
    }

    [Fact]
    public void Structured_checks_are_by_output()
    {
        var options = DerivationOptions.From(
            Golden("ia/advanced-attributes-structured-attrs.drv", "advanced-attributes-structured-attrs")
        );
        Assert.True(options.HasStructuredAttributes);
        Assert.Equal(789, options.ChecksOf("dev").MaxSizeBytes);
        Assert.Equal(5909, options.ChecksOf("dev").MaxClosureSizeBytes);
        Assert.Null(options.ChecksOf("bin").AllowedReferences);
        Assert.Equal(
            ["/nix/store/9b61w26b4avv870dw0ymb6rw4r1hzpws-bar-dev"],
            options.ChecksOf("bin").DisallowedRequisites
        );
        Assert.True(options.ChecksOf("other").IsEmpty);
    }

    [Fact]
    public void Without_attributes_substitutes_are_allowed_and_nothing_else()
    {
        var options = DerivationOptions.From(With());
        Assert.True(options.AllowsSubstitutes);
        Assert.False(options.PrefersLocalBuild);
        Assert.False(options.HasStructuredAttributes);
        Assert.Empty(options.RequiredSystemFeatures);
        Assert.True(options.ChecksOf("out").IsEmpty);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("", false)]
    [InlineData("true", false)]
    [InlineData("1 ", false)]
    public void A_variable_is_true_for_exactly_1(string value, bool expected) =>
        Assert.Equal(expected, DerivationOptions.From(With(("preferLocalBuild", value))).PrefersLocalBuild);

    [Fact]
    public void A_list_that_is_present_and_empty_allows_nothing() =>
        Assert.Empty(DerivationOptions.From(With(("allowedReferences", " "))).ChecksOf("out").AllowedReferences!);

    [Theory]
    [InlineData("one")]
    [InlineData("a/b /nix/store/x")]
    [InlineData("../a /nix/store/x")]
    [InlineData("9a /nix/store/x")]
    public void A_graph_without_pairs_or_plain_names_is_refused(string value) =>
        Assert.Throws<NixFormatException>(() => DerivationOptions.From(With(("exportReferencesGraph", value))));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"preferLocalBuild\":1}")]
    [InlineData("{\"requiredSystemFeatures\":\"kvm\"}")]
    [InlineData("{\"requiredSystemFeatures\":[1]}")]
    [InlineData("{\"requiredSystemFeatures\":[\"\\ud800\"]}")]
    [InlineData("{\"outputChecks\":[]}")]
    [InlineData("{\"outputChecks\":{\"out\":1}}")]
    [InlineData("{\"outputChecks\":{\"out\":{\"maxSize\":\"1\"}}}")]
    [InlineData("{\"unsafeDiscardReferences\":[]}")]
    public void Structured_attributes_of_another_form_are_refused(string json) =>
        Assert.Throws<NixFormatException>(() => DerivationOptions.From(With(("__json", json))));

    [Fact]
    public void Discarded_references_are_read()
    {
        var options = DerivationOptions.From(
            With(("__json", "{\"unsafeDiscardReferences\":{\"out\":true,\"dev\":false}}"))
        );
        Assert.Equal(["out"], options.UnsafeDiscardReferences);
    }

    private static Derivation Golden(string file, string name) =>
        DerivationParser.Parse(StoreDir.Default, StorePathName.Parse(name), Vectors.Read("golden", "derivation", file));

    private static Derivation With(params (string Name, string Value)[] variables)
    {
        var empty = DerivationParser.Parse(
            StoreDir.Default,
            StorePathName.Parse("x"),
            Encoding.UTF8.GetBytes("Derive([(\"out\",\"\",\"\",\"\")],[],[],\"s\",\"b\",[],[])")
        );
        return empty with
        {
            Env = empty.Env.AddRange(
                variables.Select(variable =>
                    KeyValuePair.Create(ByteString.FromUtf8(variable.Name), ByteString.FromUtf8(variable.Value))
                )
            ),
        };
    }
}
