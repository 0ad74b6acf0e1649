using System.Collections.Immutable;
using Farm.Daemon.Building;
using Farm.Daemon.Building.Steps;
using Farm.Daemon.Configuration;
using Farm.Daemon.Recursive;
using Farm.Store.BinaryCaches;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Wire;
using Farm.Tests.Support;
using Farm.Worker.Execution;
using Farm.Worker.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.Daemon.Building;

/// <summary>A builder of the daemon on a store where real Nix has instantiated derivations.</summary>
internal sealed class BuilderBench : IAsyncDisposable
{
    private const string Expression = """
        let
          d = name: script: attrs: derivation ({
            inherit name; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" script ];
          } // attrs);
        in rec {
          ok = d "ok" "echo hi; echo ok > $out" { };
          user = d "user" "read a < ${ok}; echo $a > $out" { };
          multi = d "multi" "echo a > $out; echo b > $dev" { outputs = [ "out" "dev" ]; };
          fail = d "fail" "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i; done; exit 3" { };
          dep = d "dep" "echo ${fail}" { };
          other = d "other" "echo other > $out" { };
          noout = d "noout" "echo x" { };
          two = d "two" "echo ${fail} ${noout} > $out" { };
          hash = d "hash" "echo hi > $out" {
            outputHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
            outputHashMode = "flat"; outputHashAlgo = "sha256";
          };
          slow = d "slow" "echo begun; while :; do :; done" { };
          sys = d "sys" "echo" { system = "m68k-linux"; };
          feat = d "feat" "echo" { requiredSystemFeatures = [ "foo" ]; };
          free = d "free" "echo" { __noChroot = true; };
          talk = d "talk" ''
            echo '@nix {"action":"setPhase","phase":"buildPhase"}'
            printf 'abc\rx\nlast'; echo > $out'' { };
        }
        """;

    private readonly RealNix _nix;
    private readonly TemporaryStore _temporary;
    private readonly Substituters _substituters;

    private BuilderBench(RealNix nix, TemporaryStore temporary, Substituters substituters, DaemonBuilder builder) =>
        (_nix, _temporary, _substituters, Builder) = (nix, temporary, substituters, builder);

    public required SandboxLauncher Launcher { get; init; }

    public DaemonBuilder Builder { get; }

    public LocalStore Store => _temporary.Store;

    /// <summary>Derivations by attribute.</summary>
    public required ImmutableDictionary<string, StorePath> Drv { get; init; }

    public static ClientSettings Client { get; } = new() { IsTrusted = true, MaxJobs = 2 };

    /// <param name="attributes">The derivations that are wanted.</param>
    public static Task<BuilderBench> OpenAsync(params string[] attributes) =>
        OpenAsync(Expression, NixSettings.Empty, attributes);

    /// <param name="expression">What makes the derivations.</param>
    /// <param name="settings">The daemon's.</param>
    /// <param name="attributes">The derivations that are wanted.</param>
    public static async Task<BuilderBench> OpenAsync(string expression, NixSettings settings, string[] attributes)
    {
        var nix = new RealNix();
        var file = Path.Combine(nix.Root, "default.nix");
        Directory.CreateDirectory(nix.Root);
        await File.WriteAllTextAsync(file, expression);
        var drvs = await nix.InstantiateAsync(
            file,
            [.. attributes.SelectMany(name => (string[])["-A", name])],
            CancellationToken.None
        );
        var temporary = await TemporaryStore.OpenAtAsync(nix.Root);
        var machine = new MachineFacts
        {
            Cores = 2,
            System = "x86_64-linux",
            StaticShell = SandboxFactAttribute.Busybox,
        };
        settings = settings.With("substituters", "");
        var configuration = DaemonConfiguration.From(NixDirectories.From(_ => null), settings, machine);
        var substituters = await Substituters.OpenAsync(
            configuration.Substituters,
            temporary.Store,
            TimeProvider.System,
            CancellationToken.None
        );
        var launcher = new SandboxLauncher(SandboxProgram.Find(null));
        var parts = new LocalBuildParts(
            temporary.Store,
            configuration.Sandbox,
            launcher,
            new BuildUsers(temporary.Store.Layout.StateDir)
        );
        var realisations = new StoreRealisations(temporary.Store);
        var local = new LocalPlace(
            parts,
            realisations,
            build => new BuildDaemon(build, substituters, TimeProvider.System, NullLogger.Instance)
        );
        var steps = new PlacedSteps(temporary.Store, realisations, local, farm: null, TimeProvider.System);
        var choices = new ClientSubstituters(configuration, temporary.Store, substituters, TimeProvider.System);
        var builder = new DaemonBuilder(
            temporary.Store,
            realisations,
            new ClientTerms(configuration, machine, choices),
            steps
        );
        return new BuilderBench(nix, temporary, substituters, builder)
        {
            Launcher = launcher,
            Drv = attributes.Zip(drvs).ToImmutableDictionary(pair => pair.First, pair => pair.Second),
        };
    }

    public DerivedPath Wanted(string attribute, string outputs = "*") =>
        DerivedPath.Of(Drv[attribute], OutputsSpec.Parse(outputs));

    public async Task<BuildResult> BuildAsync(string attribute, RecordingLog? log = null, ClientSettings? client = null)
    {
        var results = await BuildAllAsync([attribute], log, client);
        return results[0];
    }

    public async Task<BuildResult[]> BuildAllAsync(
        string[] attributes,
        RecordingLog? log = null,
        ClientSettings? client = null,
        CancellationToken ct = default
    )
    {
        var wanted = attributes.Select(name => Wanted(name)).ToArray();
        var results = await Builder.BuildAsync(wanted, BuildMode.Normal, client ?? Client, log ?? new(), ct);
        return [.. results.Select(result => result.Result)];
    }

    /// <summary>The file of the log of a derivation, as Nix reads it.</summary>
    public async Task<string> LogOfAsync(string attribute)
    {
        var file = $"{Store.Layout.LogDir}/drvs/{Drv[attribute].ToString()[..2]}/{Drv[attribute].ToString()[2..]}.bz2";
        var stream = Farm.Store.Compressing.NarCompression.Bzip2.Decompress(File.OpenRead(file));
        await using (stream)
        {
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Launcher.Dispose();
        _substituters.Dispose();
        await _temporary.DisposeAsync();
        _nix.Dispose();
    }
}
