using Farm.Benchmarks.Measuring;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Store;

/// <summary>What the local store costs, against <c>nix-store</c> on the same files.</summary>
public static class StoreMeasurements
{
    private const int Rounds = 5;

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        await using var work = WorkFolder.Create();
        (string What, string Source)[] sources =
        [
            ($"a file of {run.Count(SourceFiles.BigFileMiB)} MiB", SourceFiles.MakeBigFile(run, work.Path("big"))),
            (
                $"a tree of {run.Count(SourceFiles.SmallFiles)} small files",
                SourceFiles.MakeTree(run, work.Path("small"))
            ),
        ];
        foreach (var (what, source) in sources)
        {
            await AddAsync(run, work, what, source, ct);
            await run.CompareAsync(
                new Contest
                {
                    Rounds = Rounds,
                    Farm = [($"dump {what}", FarmDump(source))],
                    Nix = NixDump(source),
                    Limit = Limits.Read(source),
                },
                ct
            );
        }
        await LockMeasurements.MeasureAsync(run, ct);
    }

    /// <summary>A file's limit is one pass of SHA-256, a tree's the making of its files.</summary>
    private static async Task AddAsync(
        BenchmarkRun run,
        WorkFolder work,
        string what,
        string source,
        CancellationToken ct
    )
    {
        var limit = File.Exists(source) ? Limits.Hash(new FileInfo(source).Length) : Limits.Create(work, source);
        List<(string, Contender)> plain =
        [
            ($"add {what}, plain", FarmAdd(work, source, ImmutableBit.Off, optimise: false)),
        ];
        if (FarmProgram.TryFind() is { } farm)
            plain.Add(($"add {what}, plain, whole process", FarmProcessAdd(work, farm, source)));
        await run.CompareAsync(
            new Contest
            {
                Rounds = Rounds,
                Farm = plain,
                Nix = NixAdd(work, source, optimise: false),
                Limit = limit,
            },
            ct
        );
        await run.CompareAsync(
            new Contest
            {
                Rounds = Rounds,
                Farm =
                [
                    (
                        $"add {what}, links; Farm also immutable bits",
                        FarmAdd(work, source, ImmutableBit.Auto, optimise: true)
                    ),
                ],
                Nix = NixAdd(work, source, optimise: true),
                Limit = limit,
            },
            ct
        );
    }

    /// <summary>Adding to a new store that is open.</summary>
    private static Contender FarmAdd(WorkFolder work, string source, ImmutableBit immutable, bool optimise) =>
        new(
            async (_, ct) =>
            {
                using var system = ActorSystem.Create("bench");
                var settings = new LocalStoreSettings
                {
                    Layout = StoreLayout.Create(work.Path("store"), StoreDir.Default),
                    Immutable = immutable,
                    Optimise = optimise,
                };
                TimeSpan took;
                await using (var store = await LocalStore.OpenAsync(settings, system, TimeProvider.System, ct))
                {
                    var name = StorePathName.Parse("added");
                    took = await Contender.TimeAsync(() =>
                        store.AddFileTreeAsync(name, source, ContentAddressMethod.Nar, HashAlgorithm.Sha256, ct)
                    );
                }
                await system.Terminate();
                await work.RemoveAsync("store", ct);
                return took;
            }
        );

    private static Contender FarmProcessAdd(WorkFolder work, string farm, string source) =>
        Process(work, farm, ["store", "add", .. PlainFarm.Options(work, work.Path("store")), source]);

    private static Contender NixAdd(WorkFolder work, string source, bool optimise) =>
        Process(
            work,
            "nix-store",
            [
                .. RealNix.Options(work.Path("store")),
                .. RealNix.Option("auto-optimise-store", optimise ? "true" : "false"),
                "--add",
                source,
            ]
        );

    /// <summary>A program that works on a new store.</summary>
    private static Contender Process(WorkFolder work, string program, IReadOnlyList<string> arguments) =>
        new(
            async (_, ct) =>
            {
                Directory.CreateDirectory(work.Path("store"));
                var took = await Contender.TimeAsync(() => ChildProcess.RunAsync(program, arguments, ct));
                await work.RemoveAsync("store", ct);
                return took;
            }
        );

    private static Contender FarmDump(string source) =>
        Contender.Timed(
            async (_, ct) =>
            {
                await using var sink = new FileStream(
                    "/dev/null",
                    FileMode.Open,
                    FileAccess.Write,
                    FileShare.ReadWrite,
                    bufferSize: 0
                );
                await NarDump.WriteAsync(source, sink, ct);
            }
        );

    private static Contender NixDump(string source) =>
        Contender.Timed(
            (_, ct) => ChildProcess.RunAsync("sh", ["-c", "exec nix-store --dump \"$0\" > /dev/null", source], ct)
        );
}
