using System.Diagnostics;
using System.Globalization;
using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Locking;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Store;

/// <summary>What the local store costs, against real <c>nix-store</c> on the same files in the same run.</summary>
public static class StoreMeasurements
{
    private const int Rounds = 3;
    private const int SmallFiles = 20_000;
    private const int BigFileMiB = 1024;

    /// <summary>Prints seconds and ratios; a ratio above 1 means that Nix takes longer.</summary>
    public static async Task RunAsync()
    {
        var work = Directory.CreateTempSubdirectory("farm-bench-").FullName;
        try
        {
            var (big, small) = (MakeBigFile($"{work}/big"), MakeSmallFiles($"{work}/small"));
            await AddAsync(work, "add a file of 1 GiB", big);
            await AddAsync(work, $"add a tree of {SmallFiles} small files", small);
            await DumpAsync("dump a file of 1 GiB", big);
            await DumpAsync($"dump a tree of {SmallFiles} small files", small);
            await LockAsync();
        }
        finally
        {
            await RunProgramAsync("chattr", ["-R", "-f", "-i", work]);
            await RunProgramAsync("rm", ["-rf", work]);
        }
    }

    private static async Task AddAsync(string work, string what, string source)
    {
        var nix = await BestAsync(round => NixAddAsync($"{work}/nix-{round}", source, optimise: false));
        var nixOptimised = await BestAsync(round => NixAddAsync($"{work}/nixo-{round}", source, optimise: true));
        var full = await BestAsync(round => FarmAddAsync($"{work}/farm-{round}", source, ImmutableBit.Auto, true));
        var plain = await BestAsync(round => FarmAddAsync($"{work}/plain-{round}", source, ImmutableBit.Off, false));
        Print($"{what}: nix-store --add", nix, 1);
        Print($"{what}: the same, auto-optimise-store", nixOptimised, 1);
        Print($"{what}: farm, neither links nor immutable bit (against nix)", plain, nix / plain);
        Print($"{what}: farm, links and immutable bit (against nix)", full, nix / full);
        Print($"{what}: farm, links and immutable bit (against nix with links)", full, nixOptimised / full);
    }

    private static async Task DumpAsync(string what, string source)
    {
        var size = new CountingStream();
        await NarDump.WriteAsync(source, size, CancellationToken.None);
        var nix = await BestAsync(_ => TimeAsync(() => NixDumpAsync(source)));
        var farm = await BestAsync(_ =>
            TimeAsync(async () =>
            {
                await using var sink = new FileStream(
                    "/dev/null",
                    FileMode.Open,
                    FileAccess.Write,
                    FileShare.ReadWrite,
                    0
                );
                await NarDump.WriteAsync(source, sink, CancellationToken.None);
            })
        );
        Print($"{what}: nix-store --dump", nix, 1);
        Print($"{what}: farm, {size.LengthBytes / farm / 1e6:F0} MB/s", farm, nix / farm);
    }

    private static async Task LockAsync()
    {
        const int operations = 200_000;
        using var system = ActorSystem.Create("bench");
        var locks = new ActorPathLocks(system.ActorOf(Props.Create(() => new PathLocksActor())));
        PathLockKey[] one = [new PathLockKey.Link(Sha256Digest.Compute("x"u8))];
        var contended = await BestAsync(_ => TimeAsync(() => RunOperationsAsync(locks, operations, _ => one)));
        var keys = Enumerable
            .Range(0, operations)
            .Select(i => new PathLockKey[] { new PathLockKey.Inode((ulong)i) })
            .ToArray();
        var apart = await BestAsync(_ => TimeAsync(() => RunOperationsAsync(locks, operations, i => keys[i])));
        Console.WriteLine($"path lock, one key, 256 waiting: {contended / operations * 1e6:F2} µs an operation");
        Console.WriteLine($"path lock, each its own key: {apart / operations * 1e6:F2} µs an operation");
        await system.Terminate();
    }

    private static async Task RunOperationsAsync(ActorPathLocks locks, int count, Func<int, PathLockKey[]> key)
    {
        var underWay = new Queue<Task<bool>>();
        for (var i = 0; i < count; i++)
        {
            underWay.Enqueue(locks.RunAsync(key(i), Nothing.Instance));
            if (underWay.Count > 256)
                await underWay.Dequeue();
        }
        await Task.WhenAll(underWay);
    }

    private sealed class Nothing : IPathOperation<bool>
    {
        public static Nothing Instance { get; } = new();

        public Task<bool> RunAsync() => Task.FromResult(true);
    }

    private static async Task<double> FarmAddAsync(string root, string source, ImmutableBit immutable, bool optimise)
    {
        using var system = ActorSystem.Create("bench");
        var settings = new LocalStoreSettings
        {
            Layout = StoreLayout.Create(root, StoreDir.Default),
            Immutable = immutable,
            Optimise = optimise,
        };
        await using var store = await LocalStore.OpenAsync(
            settings,
            system,
            TimeProvider.System,
            CancellationToken.None
        );
        var name = StorePathName.Parse("added");
        var seconds = await TimeAsync(() =>
            store.AddFileTreeAsync(name, source, ContentAddressMethod.Nar, HashAlgorithm.Sha256, CancellationToken.None)
        );
        return seconds;
    }

    private static Task<double> NixAddAsync(string root, string source, bool optimise)
    {
        Directory.CreateDirectory(root);
        string[] options =
        [
            "--option",
            "auto-optimise-store",
            optimise ? "true" : "false",
            "--option",
            "build-users-group",
            "",
        ];
        return TimeAsync(() => RunProgramAsync("nix-store", ["--store", root, .. options, "--add", source]));
    }

    private static Task NixDumpAsync(string source) =>
        RunProgramAsync("sh", ["-c", "exec nix-store --dump \"$0\" > /dev/null", source]);

    private static async Task<double> BestAsync(Func<int, Task<double>> run)
    {
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
            best = Math.Min(best, await run(round));
        return best;
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalSeconds;
    }

    private static void Print(string what, double seconds, double ratio) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {seconds:F3} s, ratio {ratio:F2}"));

    private static string MakeBigFile(string path)
    {
        using var file = File.Create(path);
        var block = new byte[1024 * 1024];
        var random = new Random(1);
        for (var i = 0; i < BigFileMiB; i++)
        {
            random.NextBytes(block);
            file.Write(block);
        }
        return path;
    }

    private static string MakeSmallFiles(string path)
    {
        var random = new Random(2);
        for (var i = 0; i < SmallFiles; i++)
        {
            var directory = $"{path}/dir-{i / 100:D3}";
            Directory.CreateDirectory(directory);
            var contents = new byte[random.Next(1, 16_000)];
            random.NextBytes(contents);
            File.WriteAllBytes($"{directory}/file-{i}", contents);
        }
        return path;
    }

    private static async Task RunProgramAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!; // Null only where a running process is reused.
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0 && program == "nix-store")
            throw new InvalidOperationException($"{program} exited with {process.ExitCode}: {errors}");
    }
}
