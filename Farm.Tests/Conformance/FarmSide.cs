using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Exporting;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Tests.Worker.Execution;
using Farm.Worker;
using Farm.Worker.Core;
using Farm.Worker.Execution;
using Farm.Worker.Running;

namespace Farm.Tests.Conformance;

/// <summary>Farm's worker, with a store of its own. Sources and derivations come from Nix's store; all else it builds.</summary>
internal sealed class FarmSide : IAsyncDisposable
{
    private const long MaxNarBytes = 1 << 20;

    private static readonly WorkerCapabilities s_worker = new(
        WorkerSettings.SystemsOf(RuntimeInformation.OSArchitecture, runs32Bit: false),
        NixSide.Features,
        [],
        Slots: 1
    );

    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryStore _store;
    private readonly RealNix _nix;
    private readonly HashSet<StorePath> _built = [];

    private FarmSide(TemporaryStore store, RealNix nix) => (_store, _nix) = (store, nix);

    /// <param name="nix">Where the derivations are.</param>
    public static async Task<FarmSide> OpenAsync(RealNix nix) => new(await TemporaryStore.OpenAsync(), nix);

    public async Task<ConformanceResult> BuildAsync(ConformanceCase one, StorePath drv, CancellationToken ct)
    {
        var derivation = await ReadAsync(drv, ct);
        var features = DerivationOptions.From(derivation).RequiredSystemFeatures;
        var requirement = StepRequirement.Create(derivation.Platform.ToString(), features);
        if (!Matching.Meets(s_worker, requirement))
            return new ConformanceResult(Ending.InputRejected, [], $"no worker is {requirement}");
        var request = await PrepareAsync(drv, derivation, ct);
        var closure = await _store.Store.ClosureAsync([.. request.InputPaths], ct);
        var assignment = new BuildAssignment(
            new AttemptKey(AttemptId.Create(Guid.NewGuid()), 1),
            request,
            [.. closure.Select(path => new InputHolders(path, []))]
        );
        var progress = new FakeProgress();
        var parts = new LocalBuildParts(
            _store.Store,
            one.Settings,
            new SandboxLauncher(SandboxProgram.Find(null)),
            new BuildUsers(_directory.Path)
        );
        var outcome = await new LocalBuildExecutor(parts).ExecuteAsync(assignment, progress, ct);
        return ToResult(outcome, $"{outcome}\n{Encoding.UTF8.GetString(progress.Log)}");
    }

    public string Contents(ConformanceResult result) => result.Contents(path => _store.Settings.Layout.Root + path);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    private async Task<BuildRequest> PrepareAsync(StorePath drv, Derivation derivation, CancellationToken ct)
    {
        await ImportAsync(derivation.InputSources, ct);
        var inputs = ImmutableSortedSet.CreateBuilder<StorePath>();
        foreach (var (inputPath, wanted) in derivation.InputDerivations)
        {
            var input = await ReadAsync(inputPath, ct);
            if (_built.Add(inputPath))
            {
                var result = await BuildAsync(new ConformanceCase(inputPath.Name, ""), inputPath, ct);
                Assert.True(result.Ending == Ending.Built, $"the input {inputPath}: {result.Evidence}");
            }
            inputs.UnionWith(wanted.Outputs.Select(name => OutputPaths.Known(input)[name]));
        }
        return BuildRequest.From(drv, derivation, inputs.ToImmutable(), BuildOptions.None);
    }

    private async Task<Derivation> ReadAsync(StorePath drv, CancellationToken ct) =>
        DerivationParser.Parse(_nix.StoreDir, drv, await File.ReadAllBytesAsync(_nix.Physical(drv), ct));

    private async Task ImportAsync(ImmutableSortedSet<StorePath> sources, CancellationToken ct)
    {
        var valid = await _store.Store.ValidAsync(sources, ct);
        if (valid.Count == sources.Count)
            return;
        // Outputs that Nix has built already are left out: they are in the closure of no derivation.
        var closure = await _nix.RequisitesAsync([.. sources], ct);
        var file = _directory.File("exported");
        var names = string.Join(' ', closure.Select(_nix.StoreDir.Print));
        await _nix.RunShellAsync($"nix-store --store {_nix.Root} --export {names} > {file}", ct);
        await using var stream = File.OpenRead(file);
        await new StoreImporter(_store.Store).ImportAsync(stream, MaxNarBytes, null, ct);
    }

    private ConformanceResult ToResult(BuildOutcome outcome, string evidence) =>
        outcome switch
        {
            BuildOutcome.Built built => new(
                Ending.Built,
                [
                    .. built
                        .Outputs.Select(info =>
                            string.Join(
                                ' ',
                                info.References.Select(_nix.StoreDir.Print)
                                    .Order(StringComparer.Ordinal)
                                    .Prepend(info.ContentAddress?.ToString() ?? "-")
                                    .Prepend(info.NarHash.ToHash().Print(Farm.Store.Hashing.HashFormat.Sri))
                                    .Prepend(_nix.StoreDir.Print(info.Path))
                            )
                        )
                        .Order(StringComparer.Ordinal),
                ],
                evidence
            ),
            BuildOutcome.BuilderFailed => new(Ending.BuilderFailed, [], evidence),
            BuildOutcome.OutputRejected => new(Ending.OutputRejected, [], evidence),
            BuildOutcome.HashMismatch mismatch => new(
                Ending.HashMismatch,
                [mismatch.Expected, mismatch.Actual],
                evidence
            ),
            BuildOutcome.InputRejected => new(Ending.InputRejected, [], evidence),
            _ => throw new InvalidOperationException($"The worker itself failed: {evidence}"),
        };
}
