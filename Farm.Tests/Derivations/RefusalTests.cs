using Farm.Derivations;
using Farm.Derivations.Objects;
using Farm.Store.Paths;

namespace Farm.Tests.Derivations;

public sealed class RefusalTests
{
    public static TheoryData<string, AttributeSet> Broken =>
        new()
        {
            {
                "must have the attribute 'name'",
                new() { ["name"] = null, ["gone"] = "" }
            },
            {
                "'name' of a derivation must be a text",
                new() { ["name"] = 1 }
            },
            {
                "must not end in '.drv'",
                new() { ["name"] = "x.drv" }
            },
            {
                "'a b' is no store path name",
                new() { ["name"] = "a b" }
            },
            {
                "must have the attribute 'builder'",
                new() { ["builder"] = "" }
            },
            {
                "must have the attribute 'system'",
                new() { ["system"] = null }
            },
            {
                "no quote and no backslash",
                new() { ["system"] = "a\"b" }
            },
            {
                "must be a list, not the text 'x'",
                new() { ["args"] = "x" }
            },
            {
                "must be true or false, not null",
                new() { ["__structuredAttrs"] = null }
            },
            {
                "A set stands in the attribute 'a'",
                new() { ["a"] = new AttributeSet() }
            },
            {
                "has a NUL",
                new() { ["a"] = "x\0y" }
            },
            {
                "half a surrogate pair",
                new() { ["a"] = "x\uD800y" }
            },
            {
                "half a surrogate pair",
                new() { ["x\uDC00"] = "y" }
            },
            {
                "has finite numbers only",
                new() { ["a"] = double.NaN }
            },
            {
                "must be a list of names",
                new() { ["outputs"] = "out dev" }
            },
            {
                "at least one output",
                new() { ["outputs"] = [] }
            },
            {
                "output 'out' twice",
                new() { ["outputs"] = ["out", "out"] }
            },
            {
                "'drv' of 'x' is no name",
                new() { ["outputs"] = ["drv"] }
            },
            {
                "'drvPath' of 'x' is no name",
                new() { ["outputs"] = ["drvPath"] }
            },
            {
                "'a b' of 'x' is no name",
                new() { ["outputs"] = ["a b"] }
            },
            {
                "names without context, not the integer 1",
                new() { ["outputs"] = [1] }
            },
            {
                "'out' must be its only output; it has out, dev",
                new() { ["outputs"] = ["out", "dev"], ["outputHash"] = Sri }
            },
            {
                "must be its only output",
                new() { ["outputs"] = ["dev"], ["outputHash"] = Sri }
            },
            {
                "is no hash",
                new() { ["outputHash"] = "sha256:abc" }
            },
            {
                "a hash needs its algorithm",
                new() { ["outputHash"] = new string('0', 64) }
            },
            {
                "the algorithm must be md5",
                new() { ["outputHash"] = Sri, ["outputHashAlgo"] = "md5" }
            },
            {
                "'outputHashAlgo' must tell its algorithm",
                new() { ["outputHash"] = "" }
            },
            {
                "use flat or recursive",
                new() { ["outputHashMode"] = "nar" }
            },
            {
                "cannot be both",
                new() { ["__contentAddressed"] = true, ["__impure"] = true }
            },
            {
                "must be a text with structured attributes",
                new() { ["__structuredAttrs"] = true, ["builder"] = 1 }
            },
        };

    private static string Sri => "sha256-CkMIecJm+LV/QJKg+TXPP6zUi7zN5XYNR0jKQFFx6Wk=";

    [Theory]
    [MemberData(nameof(Broken))]
    public void Every_refusal_names_the_value_and_the_rule(string expected, AttributeSet changes)
    {
        var attributes = new AttributeSet
        {
            ["name"] = "x",
            ["builder"] = "/bin/sh",
            ["system"] = "x86_64-linux",
        }.Update(changes);
        if (changes.Contains("gone"))
            attributes.Remove("name");

        var refusal = Assert.Throws<DerivationException>(() => Derivation.FromAttributes(attributes));

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_attribute_given_twice_is_refused()
    {
        var spec = new DerivationSpec
        {
            Name = "x",
            Builder = "/bin/sh",
            Attributes = new() { ["name"] = "y" },
        };
        var refusal = Assert.Throws<DerivationException>(() => Derivation.Create(spec));
        Assert.Equal("The attribute 'name' is given twice.", refusal.Message);
    }

    [Fact]
    public void A_derivation_of_another_store_is_refused_as_an_input()
    {
        var guix = new DerivationSettings { StoreDir = StoreDir.Parse("/gnu/store") };
        var other = Derivation.Create(new() { Name = "other", Builder = "/bin/sh" }, guix);
        var spec = new DerivationSpec
        {
            Name = "x",
            Builder = "/bin/sh",
            Attributes = new() { ["other"] = other },
        };
        Assert.Contains(
            "use one store for both",
            Assert.Throws<DerivationException>(() => Derivation.Create(spec)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_text_file_refuses_to_refer_to_a_derivation()
    {
        var drv = Derivation.Create(new() { Name = "x", Builder = "/bin/sh" });
        Assert.Throws<DerivationException>(() => TextFile.Create("t", $"{drv}"));
        Assert.Throws<DerivationException>(() => TextFile.Create("t", drv.DrvPath));
        Assert.Single(TextFile.Create("t", drv.DrvPath.UnsafeDiscardOutputDependency()).References);
    }

    [Fact]
    public void An_output_that_is_not_there_is_refused_with_those_that_are()
    {
        var drv = Derivation.Create(new() { Name = "x", Builder = "/bin/sh" });
        Assert.Contains(
            "has no output 'dev'; it has out",
            Assert.Throws<DerivationException>(() => drv.Dev).Message,
            StringComparison.Ordinal
        );
    }
}
