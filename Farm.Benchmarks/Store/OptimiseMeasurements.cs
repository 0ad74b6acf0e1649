using System.Text;
using Farm.Benchmarks.Measuring;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Optimising;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Store;

/// <summary>Sharing equal files of a store that has none shared yet, against <c>nix-store --optimise</c> on a copy of it.</summary>
internal static class OptimiseMeasurements
{
    private const int Rounds = 3;
    private const int Files = 20_000;
    private const int Paths = 20;
    private const int TimesEach = 5;
    private const int LargestFile = 16_000;

    /// <summary>AT_FDCWD: names are whole ones.</summary>
    private const int AtHere = -100;

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        await using var work = WorkFolder.Create();
        var template = new StoreTemplate(work, "template");
        var files = run.Count(Files);
        await FillAsync(work, template.Root, files, ct);
        var what = $"optimise {files} files, each {TimesEach} times";
        List<(string, Contender)> farm =
        [
            ($"{what}, without immutable bits", template.Opened(ImmutableBit.Off, OptimiseAsync)),
            ($"{what}, Farm with immutable bits", template.Opened(ImmutableBit.On, OptimiseAsync)),
        ];
        if (FarmProgram.TryFind() is { } program)
            farm.Add(
                (
                    $"{what}, without immutable bits, whole process",
                    template.Process(program, root => ["store", "optimise", .. PlainFarm.Options(work, root)])
                )
            );
        await run.CompareAsync(
            new Contest
            {
                Rounds = Rounds,
                Farm = farm,
                Nix = template.Process("nix-store", root => [.. RealNix.Options(root), "--optimise"]),
                Limit = template.Files(HashAndLinkAsync),
            },
            ct
        );
    }

    private static async Task OptimiseAsync(LocalStore store, CancellationToken ct)
    {
        var report = await new StoreOptimiser(store).OptimiseAsync(null, ct);
        if (report.FilesLinked != report.FilesHashed - report.ContentsAdded)
            throw new InvalidOperationException($"Not every duplicate was linked: {report}.");
    }

    /// <summary>Store paths of as many files each; the same content comes again in other paths.</summary>
    private static async Task FillAsync(WorkFolder work, string root, int files, CancellationToken ct)
    {
        await using var opened = await OpenStore.OpenAsync(root, isPlain: true, ct);
        for (var path = 0; path < Paths; path++)
        {
            var source = Directory.CreateDirectory(work.Path($"source/{path}")).FullName;
            for (var i = path; i < files; i += Paths)
            {
                var random = new Random(i / TimesEach);
                var contents = new byte[random.Next(1, LargestFile)];
                random.NextBytes(contents);
                await File.WriteAllBytesAsync($"{source}/file-{i}", contents, ct);
            }
            await opened.Store.AddFileTreeAsync(
                StorePathName.Parse($"path-{path}"),
                source,
                ContentAddressMethod.Nar,
                HashAlgorithm.Sha256,
                ct
            );
        }
        await work.RemoveAsync("source", ct);
    }

    /// <summary>Hashes every file and puts links in the place of duplicates, on one thread and without any safety.</summary>
    private static Task HashAndLinkAsync(string storeDirectory)
    {
        var first = new Dictionary<Sha256Digest, byte[]>();
        foreach (var path in Limits.Files(storeDirectory))
        {
            var name = Encoding.UTF8.GetBytes(path);
            var hash = Sha256Digest.Compute(File.ReadAllBytes(path));
            if (first.TryAdd(hash, name))
                continue;
            var (equal, temporary) = (first[hash], Encoding.UTF8.GetBytes(storeDirectory + "/temporary"));
            Errno.Check(Syscalls.Link(AtHere, equal, AtHere, temporary), "link", path);
            Errno.Check(Syscalls.Rename(AtHere, temporary, AtHere, name), "rename", path);
        }
        return Task.CompletedTask;
    }
}
