using System.Text;
using Farm.Fuzz.Engine;
using Farm.Store;
using Farm.Store.Hashing;

namespace Farm.Fuzz.Targets;

/// <summary>Texts of hashes, in all formats.</summary>
public sealed class HashTarget : FuzzTarget
{
    private static readonly HashAlgorithm?[] s_expected =
    [
        null,
        .. Enum.GetValues<HashAlgorithm>().Cast<HashAlgorithm?>(),
    ];

    public override string Name => "hash";

    public override int MaxInputBytes => 1024;

    public override IReadOnlyList<byte[]> Words { get; } =
        Targets.Words.Of(
            "md5:",
            "sha1:",
            "sha256:",
            "sha512-",
            "sha256-",
            ":",
            "-",
            "=",
            "\n",
            "A",
            "0",
            "é",
            "SHA256:"
        );

    public override byte[] Generate(Random random) =>
        Encoding.ASCII.GetBytes(Targets.Words.Digest(random).Print(Targets.Words.Format(random)));

    public override ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        var hash = Hash.Parse(Encoding.UTF8.GetString(input));
        traits.Add($"{hash.Algorithm} {input.Length}");
        return default;
    }

    public override ValueTask CheckAsync(byte[] input)
    {
        foreach (var text in Targets.Words.Texts(input))
        {
            foreach (var expected in s_expected)
                Check(text, expected);
        }
        return default;
    }

    private static void Check(string text, HashAlgorithm? expected)
    {
        var isRead = Hash.TryParse(text, expected, out var hash);
        try
        {
            LawBrokenException.Unless(Hash.Parse(text, expected) == hash && isRead, "both ways to read agree");
        }
        catch (NixFormatException)
        {
            LawBrokenException.Unless(!isRead, "both ways to read agree");
            return;
        }
        foreach (var format in Enum.GetValues<HashFormat>())
        {
            LawBrokenException.Unless(
                Hash.Parse(hash.Print(format)) == hash,
                "what is printed is read as the same hash"
            );
        }
    }
}
