namespace Farm.Benchmarks.Store;

/// <summary>Files to be added, the same in every run of one scale.</summary>
internal static class SourceFiles
{
    public const int SmallFiles = 20_000;
    public const int BigFileMiB = 1024;
    private const int LargestSmallFile = 16_000;
    private const int FilesPerDirectory = 100;

    /// <summary>One file of random bytes.</summary>
    public static string MakeBigFile(BenchmarkRun run, string path)
    {
        using var file = File.Create(path);
        var block = new byte[1024 * 1024];
        var random = new Random(1);
        for (var i = 0; i < run.Count(BigFileMiB); i++)
        {
            random.NextBytes(block);
            file.Write(block);
        }
        return path;
    }

    /// <summary>Files of random bytes and of lengths up to 16 kB, in directories of a hundred.</summary>
    public static string MakeTree(BenchmarkRun run, string path)
    {
        var random = new Random(2);
        for (var i = 0; i < run.Count(SmallFiles); i++)
        {
            var directory = $"{path}/dir-{i / FilesPerDirectory:D3}";
            Directory.CreateDirectory(directory);
            var contents = new byte[random.Next(1, LargestSmallFile)];
            random.NextBytes(contents);
            File.WriteAllBytes($"{directory}/file-{i}", contents);
        }
        return path;
    }
}
