using System.Globalization;
using System.Security.Cryptography;
using Farm.Benchmarks.Measuring;

namespace Farm.Benchmarks.Daemons;

/// <summary>The same clients of real Nix on <c>farm daemon</c> and on <c>nix-daemon</c>, each a whole program from its start to its end.</summary>
public static class DaemonMeasurements
{
    private const int Rounds = 5;
    private const int BigBytes = 256 * 1024 * 1024;

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
        await File.WriteAllTextAsync(work.Path("default.nix"), Expression, ct);
        await using var farm = await RunningDaemon.StartAsync(work.Path("farm"), [FarmProgram.Find(), "daemon"], ct);
        await using var nix = await RunningDaemon.StartAsync(work.Path("nix"), ["nix-daemon"], ct);
        var count = run.Count(100);
        await CompareAsync($"build {count} derivations", daemon => Realise(daemon, work, "many", count));
        await CompareAsync($"build a chain of {count}", daemon => Realise(daemon, work, "chain", count));
        await WriteSourcesAsync(work, run.Count(BigBytes), run.Count(5000), ct);
        await CompareAsync("add a file of 256 MiB", daemon => Add(daemon, work, "big"));
        await CompareAsync("add a tree of 5,000 files", daemon => Add(daemon, work, "tree"));
        var texts = run.Count(2000);
        await CompareAsync($"path-info of {texts} paths", daemon => Tell(daemon, work, texts));

        Task CompareAsync(string what, Func<RunningDaemon, Contender> way) =>
            run.CompareAsync(what, Rounds, way(farm), way(nix), ct);
    }

    private static Contender Realise(RunningDaemon daemon, WorkFolder work, string attribute, int count) =>
        new(
            async (round, ct) =>
            {
                var drvs = await daemon.AskAsync(
                    ["nix-instantiate", .. Arguments(work, round, count), "-A", attribute],
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
            var json = await daemon.AskAsync([.. evaluate, .. Arguments(work, 0, count), "-A", "texts"], ct);
            return System.Text.Json.JsonSerializer.Deserialize<string[]>(json[0]) ?? [];
        }
    }

    private static string[] Arguments(WorkFolder work, int round, int count) =>
        [work.Path("default.nix"), "--argstr", "round", Text(round), "--arg", "count", Text(count)];

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
