using Farm.Benchmarks.Measuring;
using Farm.Store.Collector;
using Farm.Store.Local;

namespace Farm.Benchmarks.Store;

/// <summary>Deleting paths that nothing keeps, against <c>nix-store --gc</c> on a copy of the store.</summary>
internal static class CollectMeasurements
{
    private const int Rounds = 3;
    private const int Dead = 5_000;

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        await using var work = WorkFolder.Create();
        var template = new StoreTemplate(work, "template");
        var dead = run.Count(Dead);
        await using (var opened = await OpenStore.OpenAsync(template.Root, isPlain: true, ct))
            await SmallPaths.AddAsync(opened.Store, dead, ct);
        var what = $"collect {dead} dead paths of {SmallPaths.FilesEach} files";
        List<(string, Contender)> farm =
        [
            ($"{what}, without immutable bits", template.Opened(ImmutableBit.Off, CollectAsync)),
            ($"{what}, Farm with immutable bits", template.Opened(ImmutableBit.On, CollectAsync)),
        ];
        if (FarmProgram.TryFind() is { } program)
            farm.Add(
                (
                    $"{what}, without immutable bits, whole process",
                    template.Process(program, root => ["store", "gc", .. PlainFarm.Options(work, root)])
                )
            );
        await run.CompareAsync(
            new Contest
            {
                Rounds = Rounds,
                Farm = farm,
                Nix = template.Process("nix-store", root => [.. RealNix.Options(root), "--gc"]),
                Limit = template.Files(RemoveAsync),
            },
            ct
        );

        async Task CollectAsync(LocalStore store, CancellationToken ct)
        {
            var report = await new GarbageCollector(store, store.Collector).CollectAsync(
                new CollectRequest.Collect(),
                null,
                ct
            );
            if (report.DeletedPaths != dead)
                throw new InvalidOperationException($"{report.DeletedPaths} of {dead} dead paths were deleted.");
        }
    }

    /// <summary>The files alone, on one thread.</summary>
    private static Task RemoveAsync(string storeDirectory)
    {
        Directory.Delete(storeDirectory, recursive: true);
        return Task.CompletedTask;
    }
}
