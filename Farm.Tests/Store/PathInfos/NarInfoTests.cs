using System.Text;
using System.Text.Json;
using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.PathInfos;

public sealed class NarInfoTests
{
    private const string Required =
        "StorePath: /nix/store/0qmn2l8wrkar36vxrfcxbgp7qbn7793q-srcdir\n"
        + "URL: nar/x.nar\n"
        + "NarHash: sha256:1649wdyddqbcwi0fhxar5cn0labrb621bafjazblf4rzzrg9lf0d\n"
        + "NarSize: 880\n";

    private static readonly StoreDir Default = StoreDir.Default;

    public static TheoryData<string> Files() =>
        [.. Entries().Select(entry => entry.GetProperty("narinfo").GetString()!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Print_gives_the_bytes_that_were_parsed(string file)
    {
        var bytes = Vectors.Read("narinfo", file);
        Assert.Equal(
            Encoding.UTF8.GetString(bytes),
            NarInfoPrinter.Print(Default, NarInfoParser.Parse(Default, bytes))
        );
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_fingerprint_is_the_one_that_was_signed(string file)
    {
        var entry = Entries().Single(item => item.GetProperty("narinfo").GetString() == file);
        var narInfo = NarInfoParser.Parse(Default, Vectors.Read("narinfo", file));
        Assert.Equal(entry.GetProperty("fingerprint").GetString(), Fingerprint.Of(Default, narInfo.Info));
        Assert.Equal(entry.GetProperty("compression").GetString(), narInfo.Compression);
        Assert.Equal(
            entry.GetProperty("signatures").EnumerateArray().Select(signature => signature.GetString()),
            narInfo.Info.Signatures.ToArray()
        );
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_path_with_a_content_address_follows_from_it(string file)
    {
        var info = NarInfoParser.Parse(Default, Vectors.Read("narinfo", file)).Info;
        Assert.Equal(info.ContentAddress is not null, info.IsContentAddressed(Default));
        Assert.False((info with { References = info.References.Add(Other) }).IsContentAddressed(Default));
    }

    [Fact]
    public void A_content_address_that_allows_no_references_is_not_believed_with_some()
    {
        var info = Parse(Required).Info with
        {
            ContentAddress = ContentAddress.Parse("fixed:sha1:143xibwh31h9bvxzalr0sjvbbvpa6ffs"),
            References = [Other],
        };
        Assert.False(info.IsContentAddressed(Default));
    }

    [Fact]
    public void An_absent_compression_is_bzip2() => Assert.Equal("bzip2", Parse(Required).Compression);

    [Fact]
    public void An_empty_compression_is_bzip2() =>
        Assert.Equal("bzip2", Parse(Required + "Compression: \n").Compression);

    [Fact]
    public void An_unknown_deriver_is_none() =>
        Assert.Null(Parse(Required + "Deriver: unknown-deriver\n").Info.Deriver);

    [Fact]
    public void An_empty_content_address_is_none() => Assert.Null(Parse(Required + "CA: \n").Info.ContentAddress);

    [Fact]
    public void Unknown_keys_are_ignored() => Assert.Equal(Parse(Required), Parse("System: x86_64-linux\n" + Required));

    [Fact]
    public void Of_a_key_given_twice_the_last_line_wins() =>
        Assert.Equal("b", Parse(Required + "URL: a\nURL: b\n").Url);

    [Fact]
    public void A_NAR_hash_is_read_in_SRI_form() =>
        Assert.Equal(
            "sha256:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73",
            Parse(Required + "NarHash: sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n").Info.NarHash.ToString()
        );

    [Fact]
    public void Signatures_are_written_by_name_and_then_by_bytes()
    {
        var info = Parse(Required + "Sig: b:AAAA\nSig: a-1:AAAA\nSig: a:aaaa\nSig: a:ZZZZ\n").Info;
        Assert.Equal(["a:ZZZZ", "a:aaaa", "a-1:AAAA", "b:AAAA"], info.Signatures);
    }

    [Theory]
    [InlineData("URL: \n")]
    [InlineData("Compression: rar\n")]
    [InlineData("FileHash: 0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73\n")]
    [InlineData("FileSize: -1\n")]
    [InlineData("FileSize: 1x\n")]
    [InlineData("NarSize: 0\n")]
    [InlineData("NarSize: \n")]
    [InlineData("NarSize: +1\n")]
    [InlineData("NarSize: 18446744073709551616\n")]
    [InlineData("NarHash: md5:3y8bwfr609h3lh9ch0izcqq7fl\n")]
    [InlineData("References: nonsense\n")]
    [InlineData("References: /nix/store/0qmn2l8wrkar36vxrfcxbgp7qbn7793q-srcdir\n")]
    [InlineData("References: 0qmn2l8wrkar36vxrfcxbgp7qbn7793q-srcdir\nReferences: \n")]
    [InlineData("References:\n")]
    [InlineData("Deriver: nonsense\n")]
    [InlineData("Sig: nonsense\n")]
    [InlineData("Sig: :AAAA\n")]
    [InlineData("Sig: a:A A\n")]
    [InlineData("CA: nonsense\n")]
    [InlineData("CA: fixed:sha1:143xibwh31h9bvxzalr0sjvbbvpa6ffs\nCA: fixed:sha1:143xibwh31h9bvxzalr0sjvbbvpa6ffs\n")]
    [InlineData("StorePath: /gnu/store/0qmn2l8wrkar36vxrfcxbgp7qbn7793q-srcdir\n")]
    [InlineData("no colon\n")]
    [InlineData("URL: unended")]
    [InlineData("URL:nospace\n")]
    public void Parse_refuses_a_line_that_breaks_a_rule(string line) =>
        Assert.Throws<NixFormatException>(() => Parse(Required + line));

    [Theory]
    [InlineData("StorePath")]
    [InlineData("URL")]
    [InlineData("NarHash")]
    [InlineData("NarSize")]
    public void Parse_refuses_a_narinfo_without_a_required_line(string key)
    {
        var lines = Required.Split('\n').Where(line => !line.StartsWith(key, StringComparison.Ordinal));
        var error = Assert.Throws<NixFormatException>(() => Parse(string.Join('\n', lines)));
        Assert.Contains($"'{key}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_refuses_bytes_that_are_no_UTF8() =>
        Assert.Throws<NixFormatException>(() => NarInfoParser.Parse(Default, [.. "X: "u8, 0xFF, (byte)'\n']));

    [Fact]
    public void A_fingerprint_needs_the_size() =>
        Assert.Throws<ArgumentException>(() => Fingerprint.Of(Default, Parse(Required).Info with { NarSizeBytes = 0 }));

    [Fact]
    public void Print_refuses_an_unknown_compression() =>
        Assert.Throws<ArgumentException>(() =>
            NarInfoPrinter.Print(Default, Parse(Required) with { Compression = "rar" })
        );

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Changed_narinfos_parse_consistently_or_are_refused(int seed)
    {
        var random = new Random(seed);
        var files = Entries()
            .Select(entry => Vectors.Read("narinfo", entry.GetProperty("narinfo").GetString()!))
            .ToArray();
        for (var i = 0; i < 3000; i++)
        {
            byte[] bytes = [.. files[random.Next(files.Length)]];
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)'\n' : (byte)random.Next(256);
            try
            {
                var narInfo = NarInfoParser.Parse(Default, bytes);
                var again = NarInfoParser.Parse(
                    Default,
                    Encoding.UTF8.GetBytes(NarInfoPrinter.Print(Default, narInfo))
                );
                Assert.Equal(narInfo, again);
            }
            catch (NixFormatException error)
            {
                Assert.InRange(error.ByteOffset, 0, bytes.Length);
            }
        }
    }

    private static StorePath Other => StorePath.Parse("8bznhhm6dlj274in8lqs9av03bg1xdab-other");

    private static NarInfo Parse(string text) => NarInfoParser.Parse(Default, Encoding.UTF8.GetBytes(text));

    private static JsonElement[] Entries()
    {
        using var file = JsonDocument.Parse(Vectors.Read("narinfo", "manifest.json"));
        return [.. file.RootElement.GetProperty("entries").EnumerateArray().Select(entry => entry.Clone())];
    }
}
