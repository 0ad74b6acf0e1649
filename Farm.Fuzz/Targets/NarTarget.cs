using System.Buffers;
using System.Text;
using Farm.Fuzz.Engine;
using Farm.Store;
using Farm.Store.Nar;

namespace Farm.Fuzz.Targets;

/// <summary>NAR: what is read is written again byte for byte, however it comes in chunks.</summary>
public sealed class NarTarget : FuzzTarget
{
    public override string Name => "nar";

    public override int MaxInputBytes => 6 * 1024;

    public override int AllocatedBytesPerByte => 64;

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. Targets.Words.Of(
            "nix-archive-1",
            "(",
            ")",
            "type",
            "regular",
            "directory",
            "symlink",
            "executable",
            "",
            "contents",
            "target",
            "entry",
            "name",
            "node",
            ".",
            "..",
            "a/b",
            "a\0",
            "é",
            new string('n', 255),
            new string('t', 4096)
        ),
    ];

    public override byte[] Generate(Random random)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new NarWriter(output);
        WriteNode(writer, random, [], random.Next(5));
        return output.WrittenSpan.ToArray();
    }

    public override IReadOnlyList<byte[]> Divide(byte[] input) => LengthPrefixed.Divide(input);

    public override byte[] Join(IReadOnlyList<byte[]> pieces) => LengthPrefixed.Join(pieces);

    public override async ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        var (kind, depth, events) = ("start", 0, 0);
        using var reader = new NarReader(new MemoryStream(input), NarReadAhead.Free);
        while (await reader.ReadAsync(CancellationToken.None) is { } step)
        {
            depth += step switch
            {
                NarEvent.Directory => 1,
                NarEvent.DirectoryEnd => -1,
                _ => 0,
            };
            var next = step.GetType().Name;
            traits.Add($"{kind} {next} {Traits.Count("deep", depth)}");
            traits.Add(Traits.Count("events", ++events));
            kind = next;
        }
        traits.Add(reader.PositionBytes == input.Length ? "ends" : "something follows");
    }

    public override async ValueTask CheckAsync(byte[] input)
    {
        var whole = await NarOutcome.OfAsync(new MemoryStream(input), NarReadAhead.Free);
        LawBrokenException.Unless(
            whole.Refusal is not null || input.AsSpan().StartsWith(whole.Written),
            "an archive is written again as it was read"
        );
        foreach (var lengths in Splits.Of(input))
        {
            using var free = new SplitStream(input, lengths);
            LawBrokenException.Unless(
                (await NarOutcome.OfAsync(free, NarReadAhead.Free)).Equals(whole),
                "chunks make no difference"
            );
        }
        using var exact = new SplitStream(input, [5, 1]);
        LawBrokenException.Unless(
            (await NarOutcome.OfAsync(exact, NarReadAhead.Exact)).Equals(whole),
            "reading exactly makes no difference"
        );
        LawBrokenException.Unless(
            whole.Refusal is not null || exact.Position == whole.Written.Length,
            "an exact reader takes the archive and no more"
        );
        await CheckListingAsync(input, whole);
    }

    private static async Task CheckListingAsync(byte[] input, NarOutcome whole)
    {
        try
        {
            var listing = await NarListing.ReadAsync(
                new MemoryStream(input),
                NarReadAhead.Free,
                CancellationToken.None
            );
            LawBrokenException.Unless(whole.Refusal is null, "what has a listing is an archive");
            listing.ToJson();
        }
        catch (NixFormatException)
        {
            // A name that is no UTF-8 has no listing; a refused archive has none either.
        }
    }

    internal static void WriteNode(NarWriter writer, Random random, byte[] name, int depth)
    {
        switch (random.Next(depth > 0 ? 6 : 3))
        {
            case 0:
                writer.WriteSymlink(
                    name,
                    Targets.Words.Pick(random, "../x"u8.ToArray(), "/a"u8.ToArray(), [0xFF, 0x2F])
                );
                break;
            case 1 or 2:
                var contents = Targets.Words.Bytes(random, 40);
                writer.BeginRegular(name, random.Next(2) == 0, contents.Length);
                writer.WriteContents(contents);
                writer.EndRegular();
                break;
            default:
                writer.BeginDirectory(name);
                for (var entry = random.Next(5); entry > 0; entry--)
                    WriteNode(writer, random, Encoding.UTF8.GetBytes($"{9 - entry}é"), depth - 1);
                writer.EndDirectory();
                break;
        }
    }
}
