using Farm.Derivations;

namespace Farm.Tests.Derivations;

public sealed class StructuredAttributesTests
{
    /// <summary>As current Nix prints them; those of 2.8 are compared with the real one in the generated derivations.</summary>
    [Theory]
    [InlineData(2.0, "2.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(3.14159265, "3.14159265")]
    [InlineData(123456789.25, "123456789.25")]
    [InlineData(1e14, "100000000000000.0")]
    [InlineData(1e15, "1e+15")]
    [InlineData(1.5e300, "1.5e+300")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    public void Current_Nix_prints_the_shortest_digits(double value, string expected) =>
        Assert.Equal($"{{\"v\":{expected}}}", Json(value, NixDialect.Current));

    [Theory]
    [InlineData(NixDialect.Nix28, "\\u0008\\u000c\\u0001\\n\\r\\t\\\"\\\\/\u007fé")]
    [InlineData(NixDialect.Current, "\\b\\f\\u0001\\n\\r\\t\\\"\\\\/\u007fé")]
    public void Escapes_are_those_of_the_version(NixDialect dialect, string expected) =>
        Assert.Equal($"{{\"v\":\"{expected}\"}}", Json("\b\f\u0001\n\r\t\"\\/\u007fé", dialect));

    [Fact]
    public void Keys_are_in_the_order_of_their_UTF_8_bytes()
    {
        var set = new AttributeSet
        {
            ["\uE000"] = 1,
            ["𝄞"] = 2,
            ["b"] = 3,
            ["a"] = 4,
            ["ab"] = 5,
        };
        Assert.Equal("{\"v\":{\"a\":4,\"ab\":5,\"b\":3,\"\uE000\":1,\"𝄞\":2}}", Json(set, NixDialect.Current));
    }

    [Fact]
    public void A_set_with_an_outPath_stands_for_it()
    {
        var set = new AttributeSet { ["outPath"] = "/x", ["more"] = 1 };
        Assert.Equal("{\"v\":\"/x\"}", Json(set, NixDialect.Nix28));
    }

    private static string Json(NixValue value, NixDialect dialect)
    {
        var drv = Derivation.Create(
            new()
            {
                Name = "x",
                Builder = "/bin/sh",
                System = "s",
                StructuredAttributes = true,
                Attributes = new() { ["v"] = value },
            },
            new DerivationSettings { Dialect = dialect }
        );
        var json = drv.Content.EnvValue("__json")!.Value.ToString();
        return json.Replace("\"builder\":\"/bin/sh\",\"name\":\"x\",\"system\":\"s\",", "", StringComparison.Ordinal);
    }
}
