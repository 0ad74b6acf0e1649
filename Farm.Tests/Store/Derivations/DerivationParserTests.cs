using System.Text;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Derivations;

public sealed class DerivationParserTests
{
    private const string A = "/nix/store/c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-a";
    private const string B = "/nix/store/d015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-b";

    private static readonly StoreDir Default = StoreDir.Default;

    private static readonly StorePathName Name = StorePathName.Parse("some");

    [Theory]
    [InlineData("")]
    [InlineData("Derive")]
    [InlineData("derive([],[],[],\"\",\"\",[],[])")]
    [InlineData("Derive([],[],[],\"\",\"\",[],[]")]
    [InlineData("Derive([],[],[],\"\",\"\",[],[])\n")]
    [InlineData("Derive( [],[],[],\"\",\"\",[],[])")]
    [InlineData("Derive([],[],[],\"\",\"\",[,\"a\"],[])")]
    [InlineData("Derive([],[],[],\"\",\"\",[\"a\",],[])")]
    [InlineData("Derive([],[],[],\"\",\"\",[\"a\"\"b\"],[])")]
    [InlineData("Derive([],[],[],\"\",\"unended")]
    [InlineData("Derive([],[],[],\"\",\"unended\\\"")]
    [InlineData("Derive([],[],[],\"\",\"unended\\")]
    [InlineData("Derive([],[],[],\"a\\\\b\",\"\",[],[])")]
    [InlineData("Derive([],[],[],\"\",\"\",[],[(\"a\",\"\"),(\"a\",\"\")])")]
    [InlineData("Derive([],[],[\"" + A + "\",\"" + A + "\"],\"\",\"\",[],[])")]
    [InlineData("Derive([],[],[\"/gnu/store/c015dhfh5l0lp6wxyvdn7bmwhbbr6hr9-a\"],\"\",\"\",[],[])")]
    [InlineData("Derive([],[],[\"" + A + "/\"],\"\",\"\",[],[])")]
    [InlineData("Derive([],[(\"" + A + "\",[])],[],\"\",\"\",[],[])")]
    [InlineData("Derive([],[(\"" + A + "\",[\"out\",\"out\"])],[],\"\",\"\",[],[])")]
    [InlineData("Derive([],[(\"" + A + "\",([\"out\"],[(\"x\",[\"out\"])]))],[],\"\",\"\",[],[])")]
    [InlineData("Derive([(\"out\",\"\",\"\",\"\"),(\"out\",\"\",\"\",\"\")],[],[],\"\",\"\",[],[])")]
    [InlineData("Derive([(\"o/t\",\"\",\"\",\"\")],[],[],\"\",\"\",[],[])")]
    [InlineData("Derive([(\"\",\"\",\"\",\"\")],[],[],\"\",\"\",[],[])")]
    [InlineData("Derive([(\"out\",\"\",\"r:sha3\",\"\")],[],[],\"\",\"\",[],[])")]
    [InlineData("Derive([(\"out\",\"" + A + "\",\"r:sha256\",\"\")],[],[],\"\",\"\",[],[])")]
    [InlineData("Derive([(\"out\",\"" + A + "\",\"r:sha256\",\"impure\")],[],[],\"\",\"\",[],[])")]
    [InlineData("Derive([(\"out\",\"\",\"r:sha256\",\"0000\")],[],[],\"\",\"\",[],[])")]
    [InlineData("Derive([(\"out\",\"relative\",\"\",\"\")],[],[],\"\",\"\",[],[])")]
    [InlineData("DrvWithVersion(\"xp-dyn-drv\",[],[(\"" + A + "\",[\"out\"])],[],\"\",\"\",[],[])")]
    [InlineData("DrvWithVersion(\"xp-dyn-drv\",[],[(\"" + A + "\",([\"out\"],[]))],[],\"\",\"\",[],[])")]
    [InlineData("DrvWithVersion(\"xp-dyn-drv\",[],[(\"" + A + "\",([],[(\"x\",[])]))],[],\"\",\"\",[],[])")]
    public void Parse_refuses_what_breaks_a_rule(string text) =>
        Assert.Throws<NixFormatException>(() => DerivationParser.Parse(Default, Name, Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("bad-version.drv")]
    [InlineData("bad-ca-fixed-path.drv")]
    public void Parse_refuses_the_bad_golden_files(string file) =>
        Assert.Throws<NixFormatException>(() =>
            DerivationParser.Parse(Default, StorePathName.Parse("fixed"), Vectors.Read("golden", "derivation", file))
        );

    [Fact]
    public void An_error_tells_the_byte_where_the_text_breaks()
    {
        var error = Assert.Throws<NixFormatException>(() =>
            DerivationParser.Parse(Default, Name, "Derive([],[],[],\"\",\"\",[],[])x"u8)
        );
        Assert.Equal(28, error.ByteOffset);
    }

    [Theory]
    [InlineData("ia/advanced-attributes.drv", "advanced-attributes")]
    [InlineData("ia/advanced-attributes-structured-attrs.drv", "advanced-attributes-structured-attrs")]
    [InlineData("ca/advanced-attributes.drv", "advanced-attributes")]
    [InlineData("ca/advanced-attributes-structured-attrs.drv", "advanced-attributes-structured-attrs")]
    [InlineData("hash-modulo/intermediate-first.drv", "intermediate")]
    [InlineData("hash-modulo/parent-split.drv", "parent")]
    [InlineData("hash-modulo/source-second.drv", "source")]
    public void Print_gives_the_golden_bytes_back(string file, string name)
    {
        var bytes = Vectors.Read("golden", "derivation", file);
        var derivation = DerivationParser.Parse(Default, StorePathName.Parse(name), bytes);
        Assert.Equal(bytes, DerivationPrinter.Print(Default, derivation));
    }

    [Fact]
    public void Inputs_in_another_order_are_read_and_printed_sorted()
    {
        var bytes = Vectors.Read("golden", "derivation", "firefox.drv");
        var derivation = DerivationParser.Parse(Default, StorePathName.Parse("firefox"), bytes);
        var printed = DerivationPrinter.Print(Default, derivation);
        Assert.NotEqual(bytes, printed);
        Assert.Equal(bytes.Order(), printed.Order());
        Assert.Equal(derivation, DerivationParser.Parse(Default, derivation.Name, printed));
    }

    [Fact]
    public void Dynamic_inputs_print_as_they_were_read()
    {
        const string Text =
            "DrvWithVersion(\"xp-dyn-drv\",[(\"out\",\"\",\"\",\"\")],[(\""
            + A
            + "\",([\"cat\"],[(\"x\",[\"out\"]),(\"y\",([],[(\"z\",[\"a\",\"b\"])]))])),(\""
            + B
            + "\",[\"out\"])],[],\"s\",\"b\",[],[])";
        var derivation = DerivationParser.Parse(Default, Name, Encoding.UTF8.GetBytes(Text));
        Assert.True(derivation.HasDynamicInputs);
        Assert.Equal(Text, Encoding.UTF8.GetString(DerivationPrinter.Print(Default, derivation)));
    }

    [Fact]
    public void Nesting_beyond_the_limit_is_refused()
    {
        var depth = DerivationParser.MaxDynamicDepth + 2;
        var node =
            string.Concat(Enumerable.Repeat("([],[(\"x\",", depth))
            + "[\"out\"]"
            + string.Concat(Enumerable.Repeat(")])", depth));
        var text = $"DrvWithVersion(\"xp-dyn-drv\",[],[(\"{A}\",{node})],[],\"\",\"\",[],[])";
        Assert.Throws<NixFormatException>(() => DerivationParser.Parse(Default, Name, Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void A_name_must_leave_room_for_the_suffix()
    {
        var text = Encoding.UTF8.GetBytes($"Derive([(\"out\",\"{A}\",\"\",\"\")],[],[],\"\",\"\",[],[])");
        var longest = StorePathName.Parse(new string('n', 207));
        Assert.Equal(
            211,
            DerivationPrinter.PathOf(Default, DerivationParser.Parse(Default, longest, text)).Name.Length
        );
        var tooLong = StorePathName.Parse(new string('n', 208));
        Assert.Throws<NixFormatException>(() => DerivationParser.Parse(Default, tooLong, text));
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_survive()
    {
        byte[] text =
        [
            .. "Derive([],[],[],\"s\",\"b\",[\""u8,
            0xFF,
            0xC3,
            0x28,
            0x01,
            .. "\"],[(\"k\",\""u8,
            0x80,
            .. "\")])"u8,
        ];
        Assert.Equal(text, DerivationPrinter.Print(Default, DerivationParser.Parse(Default, Name, text)));
    }

    [Fact]
    public void A_backslash_before_another_byte_stands_for_that_byte()
    {
        var derivation = DerivationParser.Parse(Default, Name, "Derive([],[],[],\"s\",\"\\b\\\\\\n\",[],[])"u8);
        Assert.Equal(ByteString.FromUtf8("b\\\n"), derivation.Builder);
    }

    [Fact]
    public void A_hash_without_a_method_is_ignored()
    {
        var derivation = DerivationParser.Parse(
            Default,
            Name,
            "Derive([(\"out\",\"\",\"\",\"ff\")],[],[],\"s\",\"b\",[],[])"u8
        );
        Assert.IsType<DerivationOutput.Deferred>(derivation.Outputs["out"]);
    }

    [Theory]
    [InlineData(HashFormat.Nix32)]
    [InlineData(HashFormat.Base64)]
    public void A_fixed_hash_is_read_in_any_encoding_and_printed_in_base16(HashFormat format)
    {
        var file = RealDerivations.Files.Single(name => name.EndsWith("-fod-nar.drv", StringComparison.Ordinal));
        var real = RealDerivations.Read(file);
        var hash = ((DerivationOutput.Fixed)real.Outputs["out"]).Address.Hash;
        var text = Encoding
            .UTF8.GetString(RealDerivations.Bytes(file))
            .Replace(hash.Encode(HashFormat.Base16), hash.Encode(format), StringComparison.Ordinal);
        Assert.Equal(real, DerivationParser.Parse(Default, real.Name, Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Print_refuses_a_platform_that_Nix_could_not_write()
    {
        var derivation = DerivationParser.Parse(Default, Name, "Derive([],[],[],\"s\",\"b\",[],[])"u8);
        Assert.Throws<ArgumentException>(() =>
            DerivationPrinter.Print(Default, derivation with { Platform = ByteString.FromUtf8("a\"b") })
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Changed_derivations_parse_consistently_or_are_refused(int seed)
    {
        var random = new Random(seed);
        var files = RealDerivations.Files.ToArray();
        for (var i = 0; i < 3000; i++)
        {
            var file = files[random.Next(files.Length)];
            var bytes = Mutate(RealDerivations.Bytes(file), random);
            try
            {
                var derivation = DerivationParser.Parse(Default, StorePath.Parse(file), bytes);
                var printed = DerivationPrinter.Print(Default, derivation);
                Assert.Equal(derivation, DerivationParser.Parse(Default, derivation.Name, printed));
            }
            catch (NixFormatException error)
            {
                Assert.InRange(error.ByteOffset, 0, bytes.Length);
            }
        }
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var list = bytes.ToList();
        for (var i = random.Next(1, 4); i > 0 && list.Count > 0; i--)
        {
            var at = random.Next(list.Count);
            switch (random.Next(4))
            {
                case 0:
                    list[at] = (byte)random.Next(256);
                    break;
                case 1:
                    list.RemoveAt(at);
                    break;
                case 2:
                    list.Insert(at, "\"\\,()[]"u8[random.Next(7)]);
                    break;
                default:
                    list.RemoveRange(at, Math.Min(list.Count - at, random.Next(1, 40)));
                    break;
            }
        }
        return [.. list];
    }
}
