using System.Globalization;
using Farm.Benchmarks.Measuring;

namespace Farm.Benchmarks.Builds;

/// <summary>Independent derivations that write one line, made by real <c>nix-instantiate</c>.</summary>
/// <param name="work">Where the Nix store with them is made.</param>
/// <param name="count">How many.</param>
/// <param name="areOthersEachRound">Whether each round has derivations of its own, so that there is something to build.</param>
internal sealed class TrivialDerivations(WorkFolder work, int count, bool areOthersEachRound)
{
    private const string Expression = """
        { round, count }: builtins.genList (number: derivation {
          name = "trivial-${toString number}";
          system = builtins.currentSystem;
          builder = "/bin/sh";
          args = [ "-c" "echo ${toString number} of round ${round} > $out" ];
        }) count
        """;

    private readonly Dictionary<int, IReadOnlyList<string>> _rounds = [];

    /// <summary>The root of the Nix store that they are in.</summary>
    public string Root => work.Path("nix");

    /// <summary>Store paths of a round's derivations, which are made when they are first asked for.</summary>
    public async Task<IReadOnlyList<string>> OfRoundAsync(int round, CancellationToken ct)
    {
        round = areOthersEachRound ? round : 0;
        if (_rounds.TryGetValue(round, out var known))
            return known;
        Directory.CreateDirectory(Root);
        await File.WriteAllTextAsync(work.Path("trivial.nix"), Expression, ct);
        string[] arguments =
        [
            .. RealNix.Options(Root),
            "--argstr",
            "round",
            Text(round),
            "--arg",
            "count",
            Text(count),
            work.Path("trivial.nix"),
        ];
        var output = await ChildProcess.RunAsync("nix-instantiate", arguments, ct);
        var made = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        _rounds.Add(round, made);
        return made;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
