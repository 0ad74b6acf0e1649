using System.Text;
using Farm.Fuzz.Engine;
using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Fuzz.Targets;

/// <summary>narinfo: what is printed is read as the same value.</summary>
public sealed class NarInfoTarget : FuzzTarget
{
    private static readonly StoreDir s_dir = StoreDir.Default;

    private static readonly string[] s_keys =
    [
        "StorePath",
        "URL",
        "Compression",
        "FileHash",
        "FileSize",
        "NarHash",
        "NarSize",
        "References",
        "Deriver",
        "Sig",
        "CA",
        "Unknown",
    ];

    public override string Name => "narinfo";

    public override IReadOnlyList<byte[]> Words { get; } =
        Targets.Words.Of([
            .. s_keys.Select(key => $"{key}: "),
            "\n",
            ":",
            " ",
            "\r",
            "é",
            "unknown-deriver",
            "xz",
            "none",
            "0",
            "9223372036854775807",
            "9223372036854775808",
            "-1",
            "cache.example-1:AAAA",
            "a:=",
            "fixed:r:sha256:",
            "text:sha256:",
            "../../etc/passwd",
            "https://elsewhere/x.nar",
        ]);

    public override byte[] Generate(Random random)
    {
        var text = new StringBuilder();
        foreach (var key in s_keys)
        {
            if (random.Next(12) != 0)
                text.Append($"{key}: {Value(key, random)}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Its lines.</summary>
    public override IReadOnlyList<byte[]> Divide(byte[] input)
    {
        var lines = new List<byte[]>();
        for (var at = 0; at < input.Length; )
        {
            var end = input.AsSpan(at).IndexOf((byte)'\n');
            var next = end < 0 ? input.Length : at + end + 1;
            lines.Add(input[at..next]);
            at = next;
        }
        return lines;
    }

    public override ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        var narInfo = NarInfoParser.Parse(s_dir, input);
        var info = narInfo.Info;
        traits.Add($"compression {narInfo.Compression}");
        traits.Add(Traits.Count("references", info.References.Count));
        traits.Add(Traits.Count("signatures", info.Signatures.Count));
        traits.Add(
            $"deriver {info.Deriver is not null} file {narInfo.FileHash is not null} {narInfo.FileSizeBytes > 0}"
        );
        traits.Add($"address {info.ContentAddress?.MethodAlgorithm}");
        traits.Add($"addressed {info.IsContentAddressed(s_dir)}");
        return default;
    }

    public override ValueTask CheckAsync(byte[] input)
    {
        NarInfo narInfo;
        try
        {
            narInfo = NarInfoParser.Parse(s_dir, input);
        }
        catch (NixFormatException)
        {
            return default;
        }
        var printed = NarInfoPrinter.Print(s_dir, narInfo);
        var again = NarInfoParser.Parse(s_dir, Encoding.UTF8.GetBytes(printed));
        LawBrokenException.Unless(again == narInfo, "what is printed is read as the same value");
        LawBrokenException.Unless(
            NarInfoPrinter.Print(s_dir, again) == printed,
            "a canonical text is printed as it was read"
        );
        LawBrokenException.Unless(
            Fingerprint.Of(s_dir, again.Info) == Fingerprint.Of(s_dir, narInfo.Info),
            "the same value has the same fingerprint"
        );
        return default;
    }

    private static string Value(string key, Random random) =>
        key switch
        {
            "StorePath" => s_dir.Print(Targets.Words.Path(random)),
            "URL" => $"nar/{random.Next(5)}.nar.xz",
            "Compression" => Targets.Words.Pick(random, "none", "xz", "zstd", "gzip", "br", "bzip2", "lz4", ""),
            "FileHash" => Targets.Words.Digest(random).Print(Targets.Words.Format(random)),
            "NarHash" => Farm
                .Store.Hashing.Hash.Compute(Farm.Store.Hashing.HashAlgorithm.Sha256, [(byte)random.Next(3)])
                .Print(Targets.Words.Format(random)),
            "FileSize" or "NarSize" => $"{random.NextInt64(1L << random.Next(63))}",
            "References" => string.Join(
                ' ',
                Enumerable.Range(0, random.Next(4)).Select(_ => Targets.Words.Path(random))
            ),
            "Deriver" => Targets.Words.Pick(random, Targets.Words.Path(random).ToString(), "unknown-deriver"),
            "Sig" => $"key-{random.Next(3)}:{Convert.ToBase64String(Targets.Words.Bytes(random, 64))}",
            "CA" => $"fixed:r:{Targets.Words.Digest(random)}",
            _ => "x",
        };
}
