using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Farm.Cli.Building;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Conventions;
using Farm.Tests.Support;

namespace Farm.Tests.Conformance;

/// <summary>Real Nix, with a store of its own and its sandbox on.</summary>
internal sealed partial class NixSide : IDisposable
{
    /// <summary>What both sides tell builders as <c>NIX_BUILD_CORES</c>.</summary>
    public const int Cores = 3;

    /// <summary>The features that both sides have; without <c>kvm</c>, which depends on the machine.</summary>
    public static readonly ImmutableSortedSet<string> Features = ["benchmark", "big-parallel", "nixos-test"];

    /// <summary>What both sides have in their own environment.</summary>
    public static readonly ImmutableDictionary<string, string> HostEnvironment = ImmutableDictionary<string, string>
        .Empty.Add("FARM_PROBE", "of the host")
        .Add("HOME", "/host");

    private static readonly string[] CommonOptions =
    [
        "--option",
        "cores",
        Cores.ToString(CultureInfo.InvariantCulture),
        "--option",
        "system-features",
        string.Join(' ', Features),
    ];

    private static readonly string[] s_experiments =
    [
        "--option",
        "experimental-features",
        "ca-derivations impure-derivations nix-command",
    ];

    private readonly TemporaryDirectory _directory = new();
    private ImmutableDictionary<string, StorePath> _derivations = ImmutableDictionary<string, StorePath>.Empty;

    public RealNix Nix { get; } = new();

    /// <summary>Makes the derivations of all cases at once.</summary>
    public async Task InstantiateAsync(IReadOnlyList<ConformanceCase> cases, CancellationToken ct)
    {
        var file = _directory.File("cases.nix");
        var prelude = Path.Combine(SourceTree.Root, "Farm.Tests/Conformance/prelude.nix");
        var text = new StringBuilder($"with import {prelude};\n[\n");
        foreach (var one in cases)
            text.Append(
                CultureInfo.InvariantCulture,
                $"  (let sh = make \"{one.Name}\"; js = structured \"{one.Name}\"; builtin = part \"{one.Name}\"; env = environment \"{one.Name}\"; in {one.Expression})\n"
            );
        await File.WriteAllTextAsync(file, text.Append("]\n").ToString(), ct);
        var paths = await Nix.InstantiateAsync(file, s_experiments, ct);
        _derivations = cases.Zip(paths).ToImmutableDictionary(pair => pair.First.Name, pair => pair.Second);
    }

    public StorePath DerivationOf(ConformanceCase one) => _derivations[one.Name];

    public async Task<ConformanceResult> BuildAsync(ConformanceCase one, CancellationToken ct)
    {
        var drv = Nix.StoreDir.Print(DerivationOf(one));
        // What an impure derivation came to is recorded nowhere; only the newer command tells it.
        string[] command = one.IsImpure ? ["build", drv, "--no-link", "--json"] : ["--realise", drv];
        string[] experiments = one.HasExperiments ? s_experiments : [];
        var run = await Nix.TryRunAsync(
            one.IsImpure ? "nix" : "nix-store",
            [.. command, .. CommonOptions, .. experiments, .. one.NixOptions],
            HostEnvironment,
            ct
        );
        return run.ExitCode == 0
            ? new ConformanceResult(Ending.Built, Outputs(one.IsImpure ? Told(run.Output) : run.Output), run.Error)
            : new ConformanceResult(EndingOf(run.ExitCode, run.Error), Mismatches(run.Error), run.Error);
    }

    public string Contents(ConformanceResult result) => result.Contents(path => Nix.Root + path);

    public void Dispose()
    {
        Nix.Dispose();
        _directory.Dispose();
    }

    /// <summary>What Nix's database has of a path.</summary>
    public PathInfo Query(StorePath path)
    {
        using var store = ForeignStore.Open(Nix.Root, Nix.StoreDir);
        return store.Query(path) ?? throw new InvalidOperationException($"'{path}' is not valid in Nix's store");
    }

    private IReadOnlyList<string> Outputs(string printed) =>
        [
            .. printed
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(path => ConformanceResult.Fact(Nix.StoreDir, Query(Nix.StoreDir.ParsePath(path))))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The output paths of one derivation, one a line.</summary>
    private static string Told(string json)
    {
        using var document = JsonDocument.Parse(json);
        var outputs = document.RootElement[0].GetProperty("outputs");
        return string.Join('\n', outputs.EnumerateObject().Select(output => output.Value.GetString()));
    }

    private static Ending EndingOf(int exitCode, string error) =>
        exitCode == 102 ? Ending.HashMismatch
        : BuilderSentence().IsMatch(error) ? Ending.BuilderFailed
        : OutputSentence().IsMatch(error) ? Ending.OutputRejected
        : InputSentence().IsMatch(error) ? Ending.InputRejected
        : throw new InvalidOperationException($"Nix exited with {exitCode} and said what is in no class: {error}");

    private static IReadOnlyList<string> Mismatches(string error) =>
        [.. MismatchLine().Matches(error).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("builder for '.*' failed (with exit code|due to signal)")]
    private static partial Regex BuilderSentence();

    [GeneratedRegex(
        "failed to produce output path|suspicious ownership|unsupported type|cycle detected|is not allowed to refer to|is too large at|illegal reference specifier|non-executable regular file"
    )]
    private static partial Regex OutputSentence();

    [GeneratedRegex(
        "is required to build|'__noChroot' set|requested impure path|exportReferencesGraph|cannot export references|is not in the Nix store|is not a valid store path|depends on impure derivation"
    )]
    private static partial Regex InputSentence();

    [GeneratedRegex(@"(?:specified|got):\s+(\S+)")]
    private static partial Regex MismatchLine();
}
