using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Benchmarks.Measuring;
using Farm.Benchmarks.Reporting;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Benchmarks.Sandbox;

/// <summary>What one sandbox costs from the start of the helper to its result, by the number of inputs. Needs root and
/// a static busybox.</summary>
public static class SandboxCost
{
    private const int Rounds = 60;
    private const string Busybox = "/bin/busybox";
    private static readonly int[] InputCounts = [1, 20, 200];

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        var top = Directory.CreateTempSubdirectory("farm-sandbox-cost-").FullName;
        try
        {
            var launcher = new SandboxLauncher(
                SandboxProgram.Find(Path.Combine(Path.GetDirectoryName(FarmProgram.Find())!, "farm-sandbox"))
            );
            var inputs = Inputs(top, InputCounts[^1]);
            foreach (var count in InputCounts)
            {
                var made = new List<double>();
                for (var round = 0; round < Rounds; round++)
                    made.Add(await RunOneAsync(launcher, top, inputs[..count], ct).ConfigureAwait(false));
                run.Sheet.Add($"one sandbox of /bin/sh, {count} inputs", "ms", Sample.Of(made));
            }
        }
        finally
        {
            Directory.Delete(top, recursive: true);
        }
    }

    private static async Task<double> RunOneAsync(
        SandboxLauncher launcher,
        string top,
        ImmutableArray<SandboxInput> inputs,
        CancellationToken ct
    )
    {
        var drv = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-simple.drv");
        await using var directory = await BuildDirectory.CreateAsync(top, drv, ct).ConfigureAwait(false);
        var spec = new SandboxSpec
        {
            ScratchDirectory = directory.FullPath,
            Ids = new SandboxIds(BuildUsers.FirstId, BuildUsers.FirstId),
            Inputs = inputs,
            Binds = [new SandboxBind("/bin/sh", Busybox)],
            Builder = ByteString.FromUtf8("/bin/sh"),
            Arguments = [ByteString.FromUtf8("true")],
            Environment = ImmutableSortedDictionary<ByteString, ByteString>.Empty,
            Filter = SeccompFilter.Create(),
        };
        var watch = Stopwatch.StartNew();
        var result = await launcher.RunAsync(spec, _ => ValueTask.CompletedTask, ct).ConfigureAwait(false);
        return result is SandboxResult.Exited { Code: 0 }
            ? watch.Elapsed.TotalMilliseconds
            : throw new InvalidOperationException($"The sandbox ended with {result}.");
    }

    private static ImmutableArray<SandboxInput> Inputs(string top, int count)
    {
        var inputs = ImmutableArray.CreateBuilder<SandboxInput>(count);
        for (var i = 0; i < count; i++)
        {
            var path = StorePath.Parse($"{i:d32}-input");
            var source = Path.Combine(top, "inputs", path.ToString());
            Directory.CreateDirectory(source);
            inputs.Add(new SandboxInput(path, source));
        }
        return inputs.ToImmutable();
    }
}
