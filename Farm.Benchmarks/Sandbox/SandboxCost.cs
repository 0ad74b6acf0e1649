using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Benchmarks.Measuring;
using Farm.Benchmarks.Reporting;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Benchmarks.Sandbox;

/// <summary>What one sandbox costs, its directories made and removed, by the number of inputs: against a bare start of the
/// same program, bubblewrap with the same mounts, and what real Nix's sandbox adds to a build. Needs root and a static
/// busybox.</summary>
public sealed class SandboxCost : IDisposable
{
    private const int Rounds = 60;
    private const int NixRounds = 5;
    private const string Busybox = "/bin/busybox";
    private static readonly int[] s_inputCounts = [0, 20, 200];
    private static readonly StorePath s_drv = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-simple.drv");

    private readonly string _top;
    private readonly string _program;
    private readonly SandboxLauncher _resident;

    private SandboxCost(string top, string program) =>
        (_top, _program, _resident) = (top, program, new SandboxLauncher(program));

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        await using var work = WorkFolder.Create();
        var program = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(FarmProgram.Find()))!, "farm-sandbox");
        using var cost = new SandboxCost(work.FullPath, SandboxProgram.Find(program));
        foreach (var count in s_inputCounts)
            await cost.MeasureAsync(run, count, work, ct).ConfigureAwait(false);
    }

    public void Dispose() => _resident.Dispose();

    private async Task MeasureAsync(BenchmarkRun run, int count, WorkFolder work, CancellationToken ct)
    {
        var inputs = Inputs(count);
        var bubblewrap = Bubblewrap.TryFind();
        List<Func<Task<double>>> ways =
        [
            () => TimeAsync(() => StartAsync(Busybox, ["true"], ct)),
            () => TimeAsync(() => SandboxAsync(_resident, inputs, ct)),
            () => TimeAsync(() => OwnHelperAsync(inputs, ct)),
        ];
        if (bubblewrap is not null)
            ways.Add(() => TimeAsync(() => BubblewrapAsync(bubblewrap, inputs, ct)));
        var times = ways.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round <= Rounds; round++)
        {
            for (var i = 0; i < ways.Count; i++)
            {
                var at = (i + round) % ways.Count;
                var took = await ways[at]().ConfigureAwait(false);
                if (round > 0)
                    times[at].Add(took);
            }
        }
        var nix = run.Nix is null
            ? null
            : Sample.Of(await new NixSandboxCost(work, inputs).MeasureAsync(NixRounds, ct).ConfigureAwait(false));
        var limit = bubblewrap is null ? null : Sample.Of(times[3]);
        var added = bubblewrap is null ? null : Added(times[3]);
        run.Sheet.Add($"bare start of the builder, beside {count} inputs", "ms", Sample.Of(times[0]));
        run.Sheet.Add(new Figure($"one sandbox, {count} inputs", "ms", Sample.Of(times[1]), null, limit));
        run.Sheet.Add(
            new Figure($"one sandbox, {count} inputs, a helper of its own", "ms", Sample.Of(times[2]), null, limit)
        );
        run.Sheet.Add(new Figure($"added to a bare start, {count} inputs", "ms", Added(times[1]), nix, added));

        // What comes on top of the bare start of the same round.
        Sample Added(List<double> way) => Sample.Of([.. way.Zip(times[0], (with, without) => with - without)]);
    }

    private static async Task<double> TimeAsync(Func<Task> work) =>
        (await Contender.TimeAsync(work).ConfigureAwait(false)).TotalMilliseconds;

    private async Task OwnHelperAsync(ImmutableArray<SandboxInput> inputs, CancellationToken ct)
    {
        using var launcher = new SandboxLauncher(_program);
        await SandboxAsync(launcher, inputs, ct).ConfigureAwait(false);
    }

    private async Task SandboxAsync(SandboxLauncher launcher, ImmutableArray<SandboxInput> inputs, CancellationToken ct)
    {
        await using var directory = await launcher
            .Directories.TakeAsync(_top, Path.Combine(_top, "idle"), s_drv, ct)
            .ConfigureAwait(false);
        var spec = new SandboxSpec
        {
            ScratchDirectory = directory.FullPath,
            MountPoints = Directory.CreateDirectory(Path.Combine(_top, "mount-points")).FullName,
            Ids = new SandboxIds(IdRange.Usual.First, IdRange.Usual.First),
            Inputs = inputs,
            Binds = [new SandboxBind("/bin/sh", Busybox)],
            Builder = ByteString.FromUtf8("/bin/sh"),
            Arguments = [ByteString.FromUtf8("true")],
            Environment = ImmutableSortedDictionary<ByteString, ByteString>.Empty,
            Filter = SeccompFilter.Create(),
        };
        var result = await launcher.RunAsync(spec, _ => ValueTask.CompletedTask, ct).ConfigureAwait(false);
        if (result is not SandboxResult.Exited { Code: 0 })
            throw new InvalidOperationException($"The sandbox ended with {result}.");
        directory.IsEnclosed = SandboxEnclosure.IsComplete(spec);
    }

    private async Task BubblewrapAsync(Bubblewrap bubblewrap, ImmutableArray<SandboxInput> inputs, CancellationToken ct)
    {
        using var directories = new BuildDirectories();
        await using var directory = await directories
            .TakeAsync(_top, Path.Combine(_top, "idle"), s_drv, ct)
            .ConfigureAwait(false);
        var arguments = bubblewrap.Arguments(directory.FullPath, inputs, Busybox);
        await StartAsync(bubblewrap.Program, arguments, ct).ConfigureAwait(false);
    }

    private static async Task StartAsync(string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true };
        using var process =
            Process.Start(start) ?? throw new InvalidOperationException($"'{program}' could not be started.");
        await process.WaitForExitAsync(ct).ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{program}' ended with {process.ExitCode}.");
    }

    private ImmutableArray<SandboxInput> Inputs(int count)
    {
        var inputs = ImmutableArray.CreateBuilder<SandboxInput>(count);
        for (var i = 0; i < count; i++)
        {
            var path = StorePath.Parse($"{i:d32}-input");
            var source = Path.Combine(_top, "inputs", path.ToString());
            Directory.CreateDirectory(source);
            inputs.Add(new SandboxInput(path, source));
        }
        return inputs.ToImmutable();
    }
}
