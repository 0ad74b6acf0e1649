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
            ("a file of 1 GiB", SourceFiles.MakeBigFile(work.Path("big"))),
            ($"a tree of {SourceFiles.SmallFiles} small files", SourceFiles.MakeTree(work.Path("small"))),
        ];
        foreach (var (what, source) in sources)
        {
            await AddAsync(run, work, what, source, ct);
            await run.CompareAsync($"dump {what}", Rounds, FarmDump(source), NixDump(source), ct);
        }
        await LockMeasurements.MeasureAsync(run, ct);
    }

    private static async Task AddAsync(
        BenchmarkRun run,
        WorkFolder work,
        string what,
        string source,
        CancellationToken ct
    )
    {
        await run.CompareAsync(
            $"add {what}, plain",
            Rounds,
            FarmAdd(work, source, ImmutableBit.Off, optimise: false),
            NixAdd(work, source, optimise: false),
            ct
        );
        await run.CompareAsync(
            $"add {what}, links; Farm also immutable bits",
            Rounds,
            FarmAdd(work, source, ImmutableBit.Auto, optimise: true),
            NixAdd(work, source, optimise: true),
            ct
        );
        if (FarmProgram.TryFind() is { } farm)
            await run.CompareAsync(
                $"add {what}, plain, whole process",
                Rounds,
                FarmProcessAdd(work, farm, source),
                NixAdd(work, source, optimise: false),
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
        Process(work, farm, ["store", "add", "--store", work.Path("store"), "--config", PlainSettings(work), source]);

    private static string PlainSettings(WorkFolder work)
    {
        var file = work.Path("plain.hocon");
        File.WriteAllText(file, "farm.store { immutable = off, optimise = off }\n");
        return file;
    }

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
