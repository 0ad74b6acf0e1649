using System.Buffers;
using Farm.Fuzz.Engine;
using Farm.Store;
using Farm.Store.Exporting;
using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Fuzz.Targets;

/// <summary>The stream of <c>nix-store --export</c>.</summary>
public sealed class ExportTarget : FuzzTarget
{
    private static readonly StoreDir s_dir = StoreDir.Default;

    public override string Name => "export";

    public override int AllocatedBytesPerByte => 200;

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. Targets.Words.Of("nix-archive-1", "(", ")", "type", "regular", "contents", "", "NIXE", "/nix/store/"),
        .. new ulong[] { 0, 1, 2, ExportFormat.Magic, 1_000_000, 1_000_001 }.Select(number =>
            ExportFormat.Number(number).ToArray()
        ),
    ];

    public override byte[] Generate(Random random)
    {
        var output = new ArrayBufferWriter<byte>();
        for (var count = random.Next(4); count > 0; count--)
        {
            output.Write(ExportFormat.Number(ExportFormat.Path).Span);
            NarTarget.WriteNode(new NarWriter(output), random, [], random.Next(3));
            var info = new PathInfo
            {
                Path = Targets.Words.Path(random),
                NarHash = default,
                NarSizeBytes = 1,
                References = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Targets.Words.Path(random))],
                Deriver = random.Next(2) == 0 ? null : Targets.Words.Path(random),
            };
            output.Write(ExportFormat.Describe(s_dir, info).Span);
        }
        output.Write(ExportFormat.Number(ExportFormat.End).Span);
        return output.WrittenSpan.ToArray();
    }

    public override IReadOnlyList<byte[]> Divide(byte[] input) => LengthPrefixed.Divide(input);

    public override byte[] Join(IReadOnlyList<byte[]> pieces) => LengthPrefixed.Join(pieces);

    public override async ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        var infos = new List<PathInfo>();
        try
        {
            await ReadPathsAsync(new MemoryStream(input), infos);
        }
        finally
        {
            traits.Add(Traits.Count("paths", infos.Count));
            foreach (var info in infos)
                traits.Add($"{Traits.Count("references", info.References.Count)} {info.Deriver is not null}");
        }
    }

    public override async ValueTask CheckAsync(byte[] input)
    {
        var (whole, refusal) = await OutcomeAsync(new MemoryStream(input));
        foreach (var lengths in Splits.Of(input))
        {
            using var split = new SplitStream(input, lengths);
            var (infos, splitRefusal) = await OutcomeAsync(split);
            LawBrokenException.Unless(
                infos.SequenceEqual(whole) && splitRefusal == refusal,
                "chunks make no difference"
            );
        }
        foreach (var info in whole)
        {
            var printed = ExportFormat.Describe(s_dir, info).ToArray();
            var again = await new ExportReader(new MemoryStream(printed), s_dir).DescriptionAsync(
                info.NarHash,
                info.NarSizeBytes,
                CancellationToken.None
            );
            LawBrokenException.Unless(again == info, "what is printed is read as the same value");
        }
    }

    private static async Task<(List<PathInfo> Infos, string? Refusal)> OutcomeAsync(Stream input)
    {
        var infos = new List<PathInfo>();
        try
        {
            await ReadPathsAsync(input, infos);
            return (infos, null);
        }
        catch (NixFormatException refusal)
        {
            return (infos, refusal.Message);
        }
    }

    /// <summary>As the importer reads, but into nothing.</summary>
    private static async Task ReadPathsAsync(Stream input, List<PathInfo> infos)
    {
        var reader = new ExportReader(input, s_dir);
        while (await reader.NextAsync(CancellationToken.None))
        {
            var nar = new ArrayBufferWriter<byte>();
            using (var archive = new NarReader(input, NarReadAhead.Exact, consumed => nar.Write(consumed)))
            {
                while (await archive.ReadAsync(CancellationToken.None) is not null) { }
            }
            var hash = Sha256Digest.Compute(nar.WrittenSpan);
            infos.Add(await reader.DescriptionAsync(hash, nar.WrittenCount, CancellationToken.None));
        }
    }
}
