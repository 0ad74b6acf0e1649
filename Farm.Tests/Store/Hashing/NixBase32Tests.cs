using System.Text.Json;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Farm.Tests.Store.Hashing;

public sealed class NixBase32Tests
{
    public static TheoryData<string, string> Pairs()
    {
        using var file = JsonDocument.Parse(Vectors.Read("base32", "base32.json"));
        var pairs = new TheoryData<string, string>();
        foreach (var pair in file.RootElement.GetProperty("pairs").EnumerateArray())
            pairs.Add(pair.GetProperty("hex").GetString()!, pair.GetProperty("nix32").GetString()!);
        return pairs;
    }

    public static TheoryData<string> Refused()
    {
        using var file = JsonDocument.Parse(Vectors.Read("base32", "base32.json"));
        return
        [
            .. file
                .RootElement.GetProperty("mustReject")
                .EnumerateArray()
                .Select(item => item.GetProperty("s").GetString()!),
        ];
    }

    public static TheoryData<string, string> RefusedHashes()
    {
        using var file = JsonDocument.Parse(Vectors.Read("base32", "base32.json"));
        var texts = new TheoryData<string, string>();
        foreach (var item in file.RootElement.GetProperty("mustRejectAsHash").EnumerateArray())
            texts.Add(item.GetProperty("algo").GetString()!, item.GetProperty("s").GetString()!);
        return texts;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Encode_prints_what_Nix_prints(string hex, string nix32) =>
        Assert.Equal(nix32, NixBase32.Encode(Convert.FromHexString(hex)));

    [Theory]
    [MemberData(nameof(Pairs))]
    public void TryDecode_reads_what_Nix_prints(string hex, string nix32)
    {
        var expected = Convert.FromHexString(hex);
        var bytes = new byte[expected.Length];
        Assert.True(NixBase32.TryDecode(nix32, bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void TryDecode_refuses_a_foreign_digit(string text) =>
        Assert.False(NixBase32.TryDecode("0" + text, new byte[1]));

    [Theory]
    [MemberData(nameof(RefusedHashes))]
    public void A_hash_refuses_text_that_is_no_nix32_digest(string algorithm, string text) =>
        Assert.Throws<NixFormatException>(() => Hash.Parse($"{algorithm}:{text}"));

    [Fact]
    public void TryDecode_refuses_a_character_beyond_one_byte() =>
        Assert.False(NixBase32.TryDecode("0\u0130", new byte[1]));

    [Fact]
    public void TryDecode_reads_what_Encode_printed() =>
        Prop.ForAll<byte[]>(bytes =>
            {
                var decoded = new byte[bytes.Length];
                return NixBase32.TryDecode(NixBase32.Encode(bytes), decoded) && decoded.AsSpan().SequenceEqual(bytes);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Encode_as_ASCII_prints_the_same_as_text() =>
        Prop.ForAll<byte[]>(bytes =>
            {
                var ascii = new byte[NixBase32.EncodedLength(bytes.Length)];
                NixBase32.Encode(bytes, ascii);
                return System.Text.Encoding.ASCII.GetString(ascii) == NixBase32.Encode(bytes);
            })
            .QuickCheckThrowOnFailure();
}
