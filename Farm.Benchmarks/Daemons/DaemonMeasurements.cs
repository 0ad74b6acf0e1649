using System.Globalization;
using System.Security.Cryptography;
using Farm.Benchmarks.Measuring;

namespace Farm.Benchmarks.Daemons;

/// <summary>The same clients of real Nix on <c>farm daemon</c> and on <c>nix-daemon</c>, each a whole program from its start to its end.</summary>
public static class DaemonMeasurements
{
    private const int BigBytes = 256 * 1024 * 1024;

    /// <summary>How much each daemon builds before anything is timed: as one does that has run for some minutes.</summary>
    private const int WarmCount = 1000;

    private const string Expression = """
        { round, count }:
        let
          made = name: script: derivation {
            inherit name; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" script ];
          };
          link = number: if number == 0
            then made "link-0" "echo ${round} > $out"
            else made "link-${toString number}" "read a < ${link (number - 1)}; echo $a > $out";
        in {
          many = builtins.genList (number: made "many-${toString number}" "echo ${round} > $out") count;
          chain = link (count - 1);
          texts = builtins.genList (number: builtins.toFile "text-${toString number}" "${toString number}") count;
        }
        """;

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        if (run.Nix is null)
        {
            await Console.Error.WriteLineAsync("The group daemon is left out: its clients are those of real Nix.");
            return;
        }
        await using var work = WorkFolder.Create();
        // Builders without a sandbox are users who must reach the store.
        File.SetUnixFileMode(work.FullPath, (UnixFileMode)0b111_101_101);
        await File.WriteAllTextAsync(work.Path("default.nix"), Expression, ct);
        foreach (var way in (BuildWay[])[new(false, false), new(false, true), new(true, true)])
        {
            await using var daemons = await DaemonPair.StartAsync(run, work, way, ct);
            await BuildsAsync(daemons, ct);
        }
        await using var usual = await DaemonPair.StartAsync(run, work, new(true, false), ct);
        await BuildsAsync(usual, ct);
        await WriteSourcesAsync(work, run.Count(BigBytes), run.Count(5000), ct);
        await usual.CompareAsync("add a file of 256 MiB", daemon => Add(daemon, work, "big"), ct);
        await usual.CompareAsync("add a tree of 5,000 files", daemon => Add(daemon, work, "tree"), ct);
        var texts = run.Count(5000);
        await usual.CompareAsync($"path-info of {texts} paths", daemon => Tell(daemon, work, texts), ct);
        await DaemonConnections.MeasureAsync(usual, work.Path("big"), ct);
    }

    private static async Task BuildsAsync(DaemonPair daemons, CancellationToken ct)
    {
        var (few, many) = (daemons.Run.Count(100), daemons.Run.Count(300));
        foreach (var daemon in daemons.Both)
            _ = await Realise(daemon, daemons.Work, "many", daemons.Run.Count(WarmCount)).RunAsync(0, ct);
        foreach (
            var (what, attribute, count) in new[]
            {
                ("build", "many", few),
                ("build", "many", many),
                ("build a chain of", "chain", few),
            }
        )
            await daemons.CompareAsync(
                $"{what} {count} derivations{daemons.Way.Name}",
                daemon => Realise(daemon, daemons.Work, attribute, count),
                ct
            );
    }

    private static Contender Realise(RunningDaemon daemon, WorkFolder work, string attribute, int count) =>
        new(
            async (round, ct) =>
            {
                var drvs = await daemon.AskAsync(
                    ["nix-instantiate", .. Arguments(work, $"{Text(round)}-{Text(count)}", count), "-A", attribute],
                    ct
                );
                return await Contender.TimeAsync(() =>
                    daemon.AskAsync(["nix-store", "--realise", "--max-jobs", "2", .. drvs], ct)
                );
            }
        );

    /// <summary>Each round adds it by another name, so that it is another path.</summary>
    private static Contender Add(RunningDaemon daemon, WorkFolder work, string name)
    {
        return new(
            async (round, ct) =>
            {
                var folder = work.Path($"round-{Text(round)}");
                Directory.CreateDirectory(folder);
                var path = Path.Combine(folder, $"{name}-{Text(round)}");
                if (!Path.Exists(path))
                    await ChildProcess.RunAsync("cp", ["-rl", work.Path(name), path], ct);
                return await Contender.TimeAsync(() => daemon.AskAsync(["nix-store", "--add", path], ct));
            }
        );
    }

    private static Contender Tell(RunningDaemon daemon, WorkFolder work, int count)
    {
        IReadOnlyList<string>? paths = null;
        return new(
            async (_, ct) =>
            {
                paths ??= await TextsAsync(ct);
                return await Contender.TimeAsync(() => daemon.AskAsync(["nix", "path-info", .. paths], ct));
            }
        );

        async Task<IReadOnlyList<string>> TextsAsync(CancellationToken ct)
        {
            string[] evaluate = ["nix-instantiate", "--eval", "--read-write-mode", "--strict", "--json"];
            var json = await daemon.AskAsync([.. evaluate, .. Arguments(work, "", count), "-A", "texts"], ct);
            return System.Text.Json.JsonSerializer.Deserialize<string[]>(json[0]) ?? [];
        }
    }

    /// <param name="round">Makes its derivations others than those of another round.</param>
    private static string[] Arguments(WorkFolder work, string round, int count) =>
        [work.Path("default.nix"), "--argstr", "round", round, "--arg", "count", Text(count)];

    private static async Task WriteSourcesAsync(WorkFolder work, int bytes, int files, CancellationToken ct)
    {
        await File.WriteAllBytesAsync(work.Path("big"), RandomNumberGenerator.GetBytes(bytes), ct);
        Directory.CreateDirectory(work.Path("tree"));
        for (var i = 0; i < files; i++)
            await File.WriteAllBytesAsync(
                work.Path($"tree/{Text(i)}"),
                RandomNumberGenerator.GetBytes(1 + (i % 8192)),
                ct
            );
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
