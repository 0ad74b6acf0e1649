using System.Collections.Immutable;
using System.Globalization;
using Farm.Benchmarks.Measuring;
using Farm.Worker.Sandboxes;

namespace Farm.Benchmarks.Sandbox;

/// <summary>What real Nix's sandbox adds to a build: the same derivations are built with and without it, each in a store at
/// its own name, and the difference is shared among them.</summary>
internal sealed class NixSandboxCost(WorkFolder work, ImmutableArray<SandboxInput> inputs)
{
    private const int Builds = 10;

    private const string Expression = """
        { round, count, inputs }: builtins.genList (number: derivation {
          name = "trivial-${toString number}";
          system = builtins.currentSystem;
          builder = "/bin/sh";
          args = [ "-c" "echo ${toString number} of round ${round} > $out" ];
          inputs = map (path: builtins.path { inherit path; }) inputs;
        }) count
        """;

    /// <returns>Milliseconds for each build, one value for each round.</returns>
    public async Task<IReadOnlyList<double>> MeasureAsync(int rounds, CancellationToken ct)
    {
        await File.WriteAllTextAsync(work.Path("cost.nix"), Expression, ct).ConfigureAwait(false);
        var times = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var (first, second) = round % 2 == 0 ? (true, false) : (false, true);
            var one = await RealiseAsync(round, first, ct).ConfigureAwait(false);
            var other = await RealiseAsync(round, second, ct).ConfigureAwait(false);
            if (round > 0)
                times.Add((first ? one - other : other - one) / Builds);
        }
        return times;
    }

    private async Task<double> RealiseAsync(int round, bool isSandboxed, CancellationToken ct)
    {
        var list = string.Join(' ', inputs.Select(input => input.Source));
        string[] instantiate =
        [
            .. Call("nix-instantiate", isSandboxed),
            "--argstr",
            "round",
            Text(round),
            "--arg",
            "count",
            Text(Builds),
            "--arg",
            "inputs",
            $"[ {list} ]",
            work.Path("cost.nix"),
        ];
        var made = await ChildProcess.RunAsync("env", instantiate, ct).ConfigureAwait(false);
        string[] realise =
        [
            .. Call("nix-store", isSandboxed),
            "--realise",
            "--max-jobs",
            "1",
            .. made.Split('\n', StringSplitOptions.RemoveEmptyEntries),
        ];
        var took = await Contender.TimeAsync(() => ChildProcess.RunAsync("env", realise, ct)).ConfigureAwait(false);
        return took.TotalMilliseconds;
    }

    private IEnumerable<string> Call(string program, bool isSandboxed)
    {
        var root = work.Path($"nix-{inputs.Length}-{(isSandboxed ? "sandboxed" : "plain")}");
        return
        [
            $"NIX_STORE_DIR={root}/store",
            $"NIX_STATE_DIR={root}/state",
            $"NIX_LOG_DIR={root}/log",
            $"NIX_CONF_DIR={root}/conf",
            program,
            .. RealNix.Option("sandbox", isSandboxed ? "true" : "false"),
            .. RealNix.Option("sandbox-fallback", "false"),
            .. RealNix.Option("sandbox-paths", "/bin/sh=/bin/busybox"),
            .. RealNix.Option("build-users-group", ""),
            .. RealNix.Option("substitute", "false"),
        ];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
