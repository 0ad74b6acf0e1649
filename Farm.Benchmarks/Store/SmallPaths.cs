using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Nar;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Store;

/// <summary>Small store paths that are one closure: each refers to two others, so that the first one needs all.</summary>
internal static class SmallPaths
{
    /// <summary>Files in each path.</summary>
    public const int FilesEach = 3;

    private const int LargestFile = 8_000;

    /// <summary>Adds them, the last one first.</summary>
    /// <returns>The path that needs all.</returns>
    public static async Task<StorePath> AddAsync(LocalStore store, int count, CancellationToken ct)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            var nar = Nar(i);
            var info = new PathInfo
            {
                Path = PathOf(i),
                NarHash = Sha256Digest.Compute(nar),
                NarSizeBytes = nar.Length,
                References = [.. new[] { 2 * i + 1, 2 * i + 2 }.Where(child => child < count).Select(PathOf)],
            };
            await store.AddFromNarAsync(info, new MemoryStream(nar), ct);
        }
        return PathOf(0);
    }

    /// <summary>All of them.</summary>
    public static ImmutableArray<StorePath> All(int count) => [.. Enumerable.Range(0, count).Select(PathOf)];

    private static StorePath PathOf(int number)
    {
        var digest = Sha256Digest.Compute(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
        return StorePath.Create(StorePathHash.Fold(digest), StorePathName.Parse($"small-{number}"));
    }

    private static byte[] Nar(int number)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new NarWriter(output);
        var random = new Random(number);
        writer.BeginDirectory([]);
        for (var file = 0; file < FilesEach; file++)
        {
            // Half of it can be compressed, as in most programs.
            var contents = new byte[random.Next(2, LargestFile)];
            random.NextBytes(contents.AsSpan(contents.Length / 2));
            writer.BeginRegular(Encoding.ASCII.GetBytes($"file-{file}"), isExecutable: file == 0, contents.Length);
            writer.WriteContents(contents);
            writer.EndRegular();
        }
        writer.EndDirectory();
        return output.WrittenSpan.ToArray();
    }
}
