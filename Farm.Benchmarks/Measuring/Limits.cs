using System.Security.Cryptography;

namespace Farm.Benchmarks.Measuring;

/// <summary>What work on a store cannot do without, done alone.</summary>
internal static class Limits
{
    private const int BlockBytes = 1024 * 1024;

    /// <summary>One pass of SHA-256 over so many bytes in memory, on one thread.</summary>
    public static Contender Hash(long bytes)
    {
        var block = new byte[BlockBytes];
        new Random(4).NextBytes(block);
        return Contender.Timed(
            (_, ct) =>
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                for (var left = bytes; left > 0; left -= BlockBytes)
                {
                    ct.ThrowIfCancellationRequested();
                    hash.AppendData(block.AsSpan(0, (int)Math.Min(left, BlockBytes)));
                }
                hash.GetHashAndReset();
                return Task.CompletedTask;
            }
        );
    }

    /// <summary>Reads every file of a tree once, on one thread.</summary>
    public static Contender Read(string source) =>
        Contender.Timed(
            async (_, ct) =>
            {
                var buffer = new byte[BlockBytes];
                foreach (var path in Files(source))
                {
                    using var file = File.OpenHandle(path);
                    var at = 0L;
                    for (int count; (count = RandomAccess.Read(file, buffer, at)) > 0; at += count)
                        ct.ThrowIfCancellationRequested();
                }
                await Task.CompletedTask;
            }
        );

    /// <summary>Makes a tree's directories and files anew from memory, directories shared among all processors.</summary>
    public static Contender Create(WorkFolder work, string source)
    {
        var directories = Directory
            .GetDirectories(source, "*", SearchOption.AllDirectories)
            .Prepend(source)
            .Select(path => (Path: Path.GetRelativePath(source, path), Files: Directory.GetFiles(path)))
            .OrderBy(directory => directory.Path, StringComparer.Ordinal)
            .ToList();
        var contents = directories.SelectMany(one => one.Files).ToDictionary(path => path, File.ReadAllBytes);
        return new(
            async (_, ct) =>
            {
                var top = work.Path("limit");
                var took = await Contender.TimeAsync(() =>
                {
                    foreach (var directory in directories)
                        Directory.CreateDirectory(Path.Join(top, directory.Path));
                    return Parallel.ForEachAsync(
                        directories,
                        ct,
                        (directory, _) =>
                        {
                            foreach (var file in directory.Files)
                                File.WriteAllBytes(
                                    Path.Join(top, directory.Path, Path.GetFileName(file)),
                                    contents[file]
                                );
                            return ValueTask.CompletedTask;
                        }
                    );
                });
                await work.RemoveAsync("limit", ct);
                return took;
            }
        );
    }

    /// <summary>Every plain file at or below a path.</summary>
    public static IEnumerable<string> Files(string source) =>
        Directory.Exists(source) ? Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories) : [source];
}
