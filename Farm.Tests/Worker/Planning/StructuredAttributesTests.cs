using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Worker.Planning;

namespace Farm.Tests.Worker.Planning;

public sealed class StructuredAttributesTests
{
    private static readonly Dictionary<string, System.Text.Json.JsonElement> NoGraphs = [];

    private static string Vector(params string[] names) =>
        Path.Combine([AppContext.BaseDirectory, "Vectors", .. names]);

    private static StructuredAttributes OfRealDerivation()
    {
        const string drv = "2lc5dvl6a7ndd5n2jy9s3016dyy96w2k-structured.drv";
        var derivation = DerivationParser.Parse(
            StoreDir.Default,
            StorePathName.Parse("structured"),
            File.ReadAllBytes(Vector("drv", drv))
        );
        var outputs = derivation.Outputs.ToDictionary(
            output => output.Key,
            output => StoreDir.Default.Print(output.Value.KnownPath!.Value)
        );
        return StructuredAttributes.Read(
            derivation.Env[DerivationOptions.StructuredAttributesVariable],
            outputs,
            NoGraphs
        );
    }

    private static StructuredAttributes Of(string json) =>
        StructuredAttributes.Read(ByteString.FromUtf8(json), new Dictionary<string, string>(), NoGraphs);

    [Fact]
    public void ToJson_writes_what_Nix_writes() =>
        Assert.Equal(
            File.ReadAllText(Vector("builder", "structured-attrs", "attrs.json")),
            OfRealDerivation().ToJson().ToString()
        );

    [Fact]
    public void ToShell_writes_what_Nix_writes() =>
        Assert.Equal(
            File.ReadAllText(Vector("builder", "structured-attrs", "attrs.sh")),
            OfRealDerivation().ToShell().ToString()
        );

    [Fact]
    public void ToJson_sorts_keys_by_bytes_and_leaves_characters_and_slashes_as_they_are() =>
        Assert.Equal(
            "{\"/\":\"a/b\",\"outputs\":{},\"\uE000\":{\"a\":1,\"b\":2},\"\U0001D11E\":\"\\u0001\\n\"}",
            Of("""{"\ud834\udd1e":"\u0001\n","\ue000":{"b":2,"a":1},"\/":"a\/b"}""").ToJson().ToString()
        );

    [Theory]
    [InlineData("1.5", "")]
    [InlineData("2.0", "declare k=2\n")]
    [InlineData("[1,[2]]", "")]
    [InlineData("{\"x\":1.5}", "")]
    [InlineData("4294967297", "declare k=1\n")]
    [InlineData("\"it's\"", "declare k='it'\\''s'\n")]
    [InlineData("[true,false,null]", "declare -a k=(1  '' )\n")]
    [InlineData("{\"b c\":\"x\"}", "declare -A k=(['b c']='x' )\n")]
    public void ToShell_writes_a_line_for_what_Bash_can_hold(string value, string line) =>
        Assert.Equal($"{line}declare -A outputs=()\n", Of($$"""{"k":{{value}}}""").ToShell().ToString());

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"a":"\ud800"}""")]
    public void Read_refuses_what_is_no_object_of_Unicode(string json) =>
        Assert.Throws<NixFormatException>(() => Of(json).ToJson());
}
