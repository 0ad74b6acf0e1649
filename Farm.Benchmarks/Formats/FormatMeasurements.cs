using System.Diagnostics;
using System.Globalization;
using System.Text;
using Farm.Benchmarks.Reporting;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.References;

namespace Farm.Benchmarks.Formats;

/// <summary>How fast formats are read and written. Figures are of one thread, after a warm-up.</summary>
public static class FormatMeasurements
{
    private const int ScanBytes = 64 * 1024 * 1024;
    private const int PieceBytes = 64 * 1024;

    private const int Rounds = 5;

    public static Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        Rate("derivation parse and print", RoundTrip);
        Rate("store path parse and print", StorePathRoundTrip);
        Rate("nix32 of a SHA-256 both ways", Base32RoundTrip);
        run.Sheet.Add("reference scan, random bytes", "GB/s", Scan(RandomBytes(), ct));
        run.Sheet.Add("reference scan, words", "GB/s", Scan(Words(), ct));
        run.Sheet.Add("reference scan, nix32 digits only", "GB/s", Scan(Digits(), ct));
        return Task.CompletedTask;

        void Rate(string what, Action action) => run.Sheet.Add(what, "1/s", PerSecond(action, ct));
    }

    private static readonly StorePathName Name = StorePathName.Parse("some-1.0");

    private static readonly byte[] Text = SomeDerivation();

    private static void RoundTrip() =>
        DerivationPrinter.Print(StoreDir.Default, DerivationParser.Parse(StoreDir.Default, Name, Text));

    private static void StorePathRoundTrip() =>
        StorePath.Parse("8bznhhm6dlj274in8lqs9av03bg1xdab-some-package-1.0").ToString();

    private static void Base32RoundTrip()
    {
        Span<byte> digest = stackalloc byte[32];
        Span<char> text = stackalloc char[52];
        NixBase32.TryDecode("0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73", digest);
        NixBase32.Encode(digest, text);
    }

    private static Sample PerSecond(Action action, CancellationToken ct)
    {
        for (var i = 0; i < 2000; i++)
            action();
        return Repeated(
            () =>
            {
                long count = 0;
                var watch = Stopwatch.StartNew();
                while (watch.ElapsedMilliseconds < 200)
                {
                    for (var i = 0; i < 100; i++)
                        action();
                    count += 100;
                }
                return count / watch.Elapsed.TotalSeconds;
            },
            ct
        );
    }

    private static Sample Scan(byte[] piece, CancellationToken ct)
    {
        var random = new Random(1);
        var hash = new byte[StorePathHash.SizeBytes];
        var candidates = new List<StorePath>();
        for (var i = 0; i < 500; i++)
        {
            random.NextBytes(hash);
            candidates.Add(StorePath.Create(StorePathHash.FromBytes(hash), Name));
        }
        var scanner = new ReferenceScanner(candidates);
        for (var done = 0; done < ScanBytes; done += piece.Length)
            scanner.Feed(piece);
        return Repeated(
            () =>
            {
                var watch = Stopwatch.StartNew();
                for (var done = 0; done < ScanBytes; done += piece.Length)
                    scanner.Feed(piece);
                return ScanBytes / watch.Elapsed.TotalSeconds / 1e9;
            },
            ct
        );
    }

    private static Sample Repeated(Func<double> measure, CancellationToken ct)
    {
        var values = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            ct.ThrowIfCancellationRequested();
            values.Add(measure());
        }
        return Sample.Of(values, isMoreBetter: true);
    }

    private static byte[] RandomBytes()
    {
        var bytes = new byte[PieceBytes];
        new Random(2).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Words()
    {
        const string Sentence = "The quick brown fox jumps over the lazy dog and writes /usr/share/doc into a file. ";
        var text = new StringBuilder();
        while (text.Length < PieceBytes)
            text.Append(Sentence);
        return Encoding.ASCII.GetBytes(text.ToString(0, PieceBytes));
    }

    private static byte[] Digits()
    {
        var random = new Random(3);
        var bytes = new byte[PieceBytes];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = "0123456789abcdfghijklmnpqrsvwxyz"u8[random.Next(32)];
        return bytes;
    }

    private static byte[] SomeDerivation()
    {
        var text = new StringBuilder("Derive([(\"out\",\"\",\"\",\"\")],[");
        for (var i = 0; i < 20; i++)
            text.Append(i == 0 ? "" : ",")
                .Append(CultureInfo.InvariantCulture, $"(\"/nix/store/{i:D32}-input-{i}.drv\",[\"out\"])");
        text.Append("],[],\"x86_64-linux\",\"/bin/sh\",[\"-e\",\"builder.sh\"],[");
        for (var i = 0; i < 40; i++)
            text.Append(i == 0 ? "" : ",")
                .Append(
                    CultureInfo.InvariantCulture,
                    $"(\"variable{i:D2}\",\"some \\\"value\\\" of usual length {i}\\n\")"
                );
        return Encoding.ASCII.GetBytes(text.Append("])").ToString());
    }
}
