using System.Collections.Immutable;
using Farm.Benchmarks.Measuring;
using Farm.Store.Exporting;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Copying;

/// <summary>Writing a closure as one stream and reading it into a new store, against <c>nix-store --export</c> and <c>--import</c>.</summary>
internal static class ExportMeasurements
{
    private const int Rounds = 3;
    private const string NewStore = "new-store";

    public static async Task MeasureAsync(
        BenchmarkRun run,
        WorkFolder work,
        LocalStore store,
        ImmutableArray<StorePath> paths,
        CancellationToken ct
    )
    {
        await run.CompareAsync(
            new Contest
            {
                Rounds = Rounds,
                Farm =
                [
                    (
                        $"export {paths.Length} paths",
                        Contender.Timed((_, ct) => ExportAsync(store, paths, "/dev/null", ct))
                    ),
                ],
                Nix = Contender.Timed(
                    (_, ct) =>
                        ShellAsync(
                            "exec nix-store \"$@\" > /dev/null",
                            [.. RealNix.Options(store.Layout.Root), "--export", .. paths.Select(store.StoreDir.Print)],
                            ct
                        )
                ),
                Limit = Limits.Read(store.Layout.PhysicalStoreDir),
            },
            ct
        );
        var stream = work.Path("exported");
        await ExportAsync(store, paths, stream, ct);
        await run.CompareAsync(
            new Contest
            {
                Rounds = Rounds,
                Farm = [($"import {paths.Length} paths", Import(work, stream))],
                Nix = new(
                    async (_, ct) =>
                    {
                        var root = Directory.CreateDirectory(work.Path(NewStore)).FullName;
                        var took = await Contender.TimeAsync(() =>
                            ShellAsync(
                                "from=$1; shift; exec nix-store \"$@\" --import < \"$from\"",
                                [stream, .. RealNix.Options(root)],
                                ct
                            )
                        );
                        await work.RemoveAsync(NewStore, ct);
                        return took;
                    }
                ),
                Limit = Limits.Create(work, store.Layout.PhysicalStoreDir),
            },
            ct
        );
    }

    private static async Task ExportAsync(
        LocalStore store,
        ImmutableArray<StorePath> paths,
        string to,
        CancellationToken ct
    )
    {
        await using var sink = new FileStream(to, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        await new StoreExporter(store).ExportAsync(paths, sink, null, ct);
    }

    private static Contender Import(WorkFolder work, string stream) =>
        new(
            async (_, ct) =>
            {
                TimeSpan took;
                await using (var opened = await OpenStore.OpenAsync(work.Path(NewStore), isPlain: true, ct))
                await using (var source = File.OpenRead(stream))
                    took = await Contender.TimeAsync(() =>
                        new StoreImporter(opened.Store).ImportAsync(source, long.MaxValue, null, ct)
                    );
                await work.RemoveAsync(NewStore, ct);
                return took;
            }
        );

    private static async Task ShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken ct) =>
        await ChildProcess.RunAsync("sh", ["-c", script, "sh", .. arguments], ct);
}
