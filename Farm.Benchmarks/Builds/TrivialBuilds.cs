using Farm.Benchmarks.Measuring;
using Farm.Benchmarks.Reporting;

namespace Farm.Benchmarks.Builds;

/// <summary>Many trivial derivations in sandboxes, two at a time: <c>farm build</c> on running farms against <c>nix-store --realise</c>.</summary>
/// <remarks>Measured is the whole command, from its start to its end. Farm links equal files, sets the immutable bit and copies each output to
/// its coordinator, as it does by default; Nix does none of it.</remarks>
public static class TrivialBuilds
{
    private const int Rounds = 7;
    private const int Count = 100;
    private const int WarmCount = 200;

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        if (run.Nix is null)
        {
            await Console.Error.WriteLineAsync(
                "The group farm is left out: its derivations are made by nix-instantiate."
            );
            return;
        }
        await using var work = WorkFolder.Create();
        var drvs = new TrivialDerivations(work, Count, areOthersEachRound: true);
        await using var one = await RunningFarm.StartAsync(work.Path("one"), workers: 1, slots: 2, ct);
        await using var two = await RunningFarm.StartAsync(work.Path("two"), workers: 2, slots: 1, ct);
        await CompareAsync(run, $"build {Count} derivations", FarmBuild(one), FarmBuild(two), NixBuild(), ct);
        // The rounds are the same ones, so that nothing is left to do.
        await CompareAsync(run, "the same again, all valid", FarmBuild(one), FarmBuild(two), NixBuild(), ct);
        drvs = new TrivialDerivations(work, WarmCount, areOthersEachRound: false);
        // The first of the rounds, which does not count, builds them.
        await CompareAsync(run, $"{WarmCount} derivations again", FarmBuild(one), FarmBuild(two), NixBuild(), ct);

        Contender FarmBuild(RunningFarm farm) =>
            Realise(drvs, farm.Program, ["build", "--coordinator", farm.Address, "--from", drvs.Root, "--no-out-link"]);

        Contender NixBuild() =>
            Realise(drvs, "nix-store", [.. RealNix.Options(drvs.Root), "--realise", "--max-jobs", "2"]);
    }

    private static async Task CompareAsync(
        BenchmarkRun run,
        string what,
        Contender oneWorker,
        Contender twoWorkers,
        Contender nix,
        CancellationToken ct
    )
    {
        var samples = await Interleaved.RunAsync(Rounds, [oneWorker, twoWorkers, nix], ct);
        run.Sheet.Add(new Figure($"{what}, 1 worker of 2 slots", "ms", samples[0], samples[2]));
        run.Sheet.Add(new Figure($"{what}, 2 workers of 1 slot", "ms", samples[1], samples[2]));
    }

    private static Contender Realise(TrivialDerivations drvs, string program, IReadOnlyList<string> arguments) =>
        new(
            async (round, ct) =>
            {
                string[] all = [.. arguments, .. await drvs.OfRoundAsync(round, ct)];
                return await Contender.TimeAsync(() => ChildProcess.RunAsync(program, all, ct));
            }
        );
}
