using Farm.Store.Paths;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>Derivations whose outputs are known only when they are built, on a farm of a coordinator and a worker.</summary>
public sealed class ContentAddressedFarmTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] s_experiments =
    [
        "--option",
        "experimental-features",
        "ca-derivations impure-derivations",
    ];

    private readonly RealNix _nix = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly FarmProcesses? _farm = new FarmProcessFactAttribute().Skip is null
        ? new(TimeSpan.FromSeconds(120))
        : null;

    private FarmProcesses Farm => _farm ?? throw new InvalidOperationException("no farm can run here");

    [FarmProcessFact]
    public async Task Chain_is_built_once_and_a_changed_input_with_equal_content_builds_nothing_above_it()
    {
        await Farm.StartCoordinatorAsync();
        await Farm.StartWorkerAsync("worker", 1);
        var (code, first) = await BuildAsync("top", "1");
        Assert.True(code == 0, Farm.Told());
        var output = StoreDir.Default.ParsePath(first.Out.Single());
        Assert.Equal("leaf\n", await File.ReadAllTextAsync(Farm.File("result") + "/leaf"));

        (code, var again) = await BuildAsync("top", "1");
        Assert.True(code == 0, Farm.Told());
        Assert.Equal(first.Out, again.Out);
        Assert.Empty(Attempts(again));

        // Another leaf.drv, and with it other derivations above; but it comes to the same.
        (code, var changed) = await BuildAsync("top", "2");
        Assert.True(code == 0, Farm.Told());
        Assert.Equal(first.Out, changed.Out);
        Assert.Single(await Farm.AttemptsAsync(await DrvAsync("leaf", "2")));
        Assert.Empty(await Farm.AttemptsAsync(await DrvAsync("middle", "2")));
        Assert.Empty(await Farm.AttemptsAsync(await DrvAsync("top", "2")));

        // And so it is after a restart, from what is recorded.
        await Farm.StopAsync();
        await Farm.AssertValidAsync("coordinator", [output]);
        await Farm.StartCoordinatorAsync();
        (code, var restarted) = await BuildAsync("top", "2");
        Assert.True(code == 0, Farm.Told());
        Assert.Equal(first.Out, restarted.Out);
    }

    [FarmProcessFact]
    public async Task What_another_farm_has_realised_is_fetched_from_its_cache()
    {
        await Farm.StartCoordinatorAsync("farm.store.secret-key-files=[]");
        await Farm.StartWorkerAsync("worker", 1);
        var (code, first) = await BuildAsync("top", "1");
        Assert.True(code == 0, Farm.Told());
        await using var other = new FarmProcesses(TimeSpan.FromSeconds(60));
        await other.StartCoordinatorAsync(
            $"farm.store.substituters=[\"{Farm.Address}?trusted=1\"]",
            "farm.store.require-sigs=off"
        );
        (code, var second) = await BuildAsync("top", "1", other);
        Assert.True(code == 0, other.Told());
        Assert.Equal(first.Out, second.Out);
        Assert.Contains(second.Error, line => line.StartsWith("Fetched ", StringComparison.Ordinal));
    }

    [FarmProcessFact]
    public async Task Impure_derivation_is_built_anew_each_time_and_what_is_fixed_above_it_is_not()
    {
        await Farm.StartCoordinatorAsync();
        await Farm.StartWorkerAsync("worker", 1);
        var drv = await DrvAsync("changing", "1");
        for (var builds = 1; builds <= 2; builds++)
        {
            var (code, _) = await BuildAsync("changing", "1");
            Assert.True(code == 0, Farm.Told());
            Assert.Equal(builds, (await Farm.AttemptsAsync(drv)).Count);
        }

        var (fixedCode, _) = await BuildAsync("fixedAbove", "1");
        Assert.True(fixedCode == 0, Farm.Told());
        (fixedCode, _) = await BuildAsync("fixedAbove", "1");
        Assert.True(fixedCode == 0, Farm.Told());
        Assert.Equal(3, (await Farm.AttemptsAsync(drv)).Count);

        var (pureCode, refused) = await BuildAsync("pureAbove", "1");
        Assert.Equal(1, pureCode);
        Assert.Contains("depends on the impure derivation", refused.Error[^1], StringComparison.Ordinal);
    }

    [FarmProcessFact]
    public async Task Recursive_nix_is_refused_when_it_is_submitted()
    {
        await Farm.StartCoordinatorAsync();
        var (code, run) = await BuildAsync("recursive", "1");
        Assert.Equal(1, code);
        Assert.Contains("set farm.sandbox.recursive-nix on a worker", run.Error[^1], StringComparison.Ordinal);
    }

    [FarmProcessFact]
    public async Task Recursive_nix_goes_to_a_worker_that_has_it_and_what_it_built_comes_with_the_outputs()
    {
        await Farm.StartCoordinatorAsync();
        await Farm.StartWorkerAsync("plain", 1);
        await Farm.StartWorkerAsync(
            "recursive",
            1,
            "farm.sandbox.recursive-nix=on",
            $"farm.sandbox.sandbox-paths=[\"/bin/sh={SandboxFactAttribute.Busybox}\",\"/usr\",\"/lib\",\"/lib64\"]"
        );
        var (code, run) = await BuildAsync("nesting", "1");
        Assert.True(code == 0, $"{string.Join('\n', run.Error)}\n{Farm.Told()}");
        Assert.Equal("inner\n", await File.ReadAllTextAsync(Farm.File("result") + "/inner"));
        var inner = StoreDir.Default.ParsePath((await File.ReadAllTextAsync(Farm.File("result") + "/path")).Trim());
        await Farm.StopAsync();
        await Farm.AssertValidAsync("coordinator", [StoreDir.Default.ParsePath(run.Out.Single()), inner]);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_farm is not null)
            await _farm.DisposeAsync();
    }

    public void Dispose()
    {
        _nix.Dispose();
        _directory.Dispose();
    }

    /// <summary>The lines of a build that tell of steps that were run.</summary>
    private static IEnumerable<string> Attempts(ProgramRun run) =>
        run.Error.Where(line => line.Contains("building", StringComparison.OrdinalIgnoreCase));

    private async Task<StorePath> DrvAsync(string attribute, string salt)
    {
        var file = _directory.File("chain.nix");
        await File.WriteAllTextAsync(file, Expression, Farm.Ct);
        string[] arguments = ["-A", attribute, "--argstr", "salt", salt, .. s_experiments];
        return (await _nix.InstantiateAsync(file, arguments, Farm.Ct)).Single();
    }

    private async Task<(int ExitCode, ProgramRun Run)> BuildAsync(
        string attribute,
        string salt,
        FarmProcesses? farm = null
    )
    {
        farm ??= Farm;
        var drv = _nix.StoreDir.Print(await DrvAsync(attribute, salt));
        return await farm.RunAsync("build", "--from", _nix.Root, "--out-link", farm.File("result"), drv);
    }

    private const string Expression = """
        { salt }:
        let
          make = name: attributes: script: derivation ({
            inherit name; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-euc" script ];
          } // attributes);
          ca = { __contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; };
        in rec {
          leaf = make "leaf" (ca // { inherit salt; }) "echo leaf > $out";
          middle = make "middle" (ca // { inherit leaf; }) "mkdir $out; cp $leaf $out/leaf; echo $out $leaf > $out/self";
          top = make "top" { inherit middle; } "mkdir $out; cp $middle/leaf $out/leaf; ln -s $middle $out/link";
          changing = make "changing" { __impure = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; }
            "cat /proc/sys/kernel/random/uuid > $out";
          fixedAbove = make "fixed-above" { inherit changing; outputHash = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="; }
            "test -s $changing; printf hello > $out";
          recursive = make "recursive" { requiredSystemFeatures = [ "recursive-nix" ]; } "nix-build";
          nesting = make "nesting" {
            requiredSystemFeatures = [ "recursive-nix" ]; inherit salt;
            PATH = "/usr/bin:/bin"; HOME = "/build"; NIX_CONFIG = "substituters =";
            inner = builtins.toFile "inner.nix" ''derivation {
              name = "inner"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-euc" "echo inner > $out" ]; }'';
          } "p=$(nix-build $inner --no-out-link); mkdir $out; cp $p $out/inner; echo $p > $out/path";
          pureAbove = make "pure-above" { inherit changing; } "cat $changing > $out";
        }
        """;
}
