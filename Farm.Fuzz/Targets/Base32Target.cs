using System.Text;
using Farm.Fuzz.Engine;
using Farm.Store.Hashing;

namespace Farm.Fuzz.Targets;

/// <summary>Nix's base-32, in both directions.</summary>
public sealed class Base32Target : FuzzTarget
{
    public override string Name => "base32";

    public override int MaxInputBytes => 512;

    public override IReadOnlyList<byte[]> Words { get; } =
        Targets.Words.Of("0", "z", "e", "o", "t", "u", "A", "00000000", "zzzzzzzz", "1", "é");

    public override byte[] Generate(Random random) =>
        Encoding.ASCII.GetBytes(NixBase32.Encode(Targets.Words.Bytes(random, 70)));

    public override ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        var isRead = NixBase32.TryDecode(input.AsSpan(), new byte[input.Length * 5 / 8]);
        traits.Add($"{isRead} {Math.Min(input.Length, 110)}");
        return default;
    }

    public override ValueTask CheckAsync(byte[] input)
    {
        foreach (var text in Targets.Words.Texts(input))
            CheckText(text);
        var printed = NixBase32.Encode(input);
        var decoded = new byte[input.Length];
        LawBrokenException.Unless(
            NixBase32.TryDecode(printed, decoded) && decoded.AsSpan().SequenceEqual(input),
            "what is encoded is decoded"
        );
        var ascii = new byte[NixBase32.EncodedLength(input.Length)];
        NixBase32.Encode(input, ascii.AsSpan());
        LawBrokenException.Unless(Encoding.ASCII.GetString(ascii) == printed, "bytes are printed as characters are");
        return default;
    }

    private static void CheckText(string text)
    {
        foreach (var length in new[] { text.Length * 5 / 8, (text.Length * 5 / 8) + 1, 20, 32 })
        {
            var bytes = new byte[length];
            if (NixBase32.TryDecode(text, bytes))
                LawBrokenException.Unless(NixBase32.Encode(bytes) == text, "what is decoded is encoded as it was");
        }
    }
}
