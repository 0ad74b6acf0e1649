using System.Text;
using Farm.Fuzz.Engine;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Fuzz.Targets;

/// <summary>Content addresses and their methods.</summary>
public sealed class ContentAddressTarget : FuzzTarget
{
    public override string Name => "content-address";

    public override int MaxInputBytes => 1024;

    public override IReadOnlyList<byte[]> Words { get; } =
        Targets.Words.Of(
            "text:",
            "fixed:",
            "r:",
            "git:",
            "sha1:",
            "sha256:",
            "sha512:",
            "md5:",
            ":",
            "-",
            "=",
            "é",
            ""
        );

    public override byte[] Generate(Random random)
    {
        var prefix = Targets.Words.Pick(random, "text:", "fixed:", "fixed:r:", "fixed:git:");
        var format = Targets.Words.Pick(random, HashFormat.Base16, HashFormat.Nix32, HashFormat.Base64);
        return Encoding.ASCII.GetBytes(prefix + Targets.Words.Digest(random).Print(format));
    }

    public override ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        var address = ContentAddress.Parse(Encoding.UTF8.GetString(input));
        traits.Add($"{address.MethodAlgorithm} {input.Length}");
        return default;
    }

    public override ValueTask CheckAsync(byte[] input)
    {
        foreach (var text in Targets.Words.Texts(input))
            Check(text);
        return default;
    }

    private static void Check(string text)
    {
        if (MethodAlgorithm.TryParse(text, out var how))
            LawBrokenException.Unless(how.ToString() == text, "a method is printed as it was read");
        var isRead = ContentAddress.TryParse(text, out var address);
        try
        {
            LawBrokenException.Unless(ContentAddress.Parse(text).Equals(address) && isRead, "both ways to read agree");
        }
        catch (NixFormatException)
        {
            LawBrokenException.Unless(!isRead, "both ways to read agree");
            return;
        }
        LawBrokenException.Unless(
            ContentAddress.Parse(address!.ToString()).Equals(address),
            "what is printed is read as the same address"
        );
    }
}
