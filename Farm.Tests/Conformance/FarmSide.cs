using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Realisations;
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
    private static readonly WorkerCapabilities s_worker = new(
        WorkerSettings.SystemsOf(RuntimeInformation.OSArchitecture, runs32Bit: false),
        NixSide.Features,
        [],
        Slots: 1
    );

    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryStore _store;
    private readonly NixSide _nix;
    private readonly StoreRealisations _realisations;

    /// <summary>What inputs have come to, by output name.</summary>
    private readonly Dictionary<StorePath, ImmutableSortedDictionary<string, StorePath>> _built = [];

    private FarmSide(TemporaryStore store, NixSide nix) =>
        (_store, _nix, _realisations) = (store, nix, new(store.Store));

    /// <summary>Root of the store.</summary>
    public string Root => _store.Settings.Layout.Root;

    /// <param name="nix">Where the derivations are.</param>
    public static async Task<FarmSide> OpenAsync(NixSide nix) => new(await TemporaryStore.OpenAsync(), nix);

    public async Task<ConformanceResult> BuildAsync(
        ConformanceCase one,
        StorePath drv,
        CancellationToken ct,
        BuildMode mode = BuildMode.Normal
    )
    {
        var derivation = await ReadAsync(drv, ct);
        if (Unplanned(derivation) is { } reason)
            return new ConformanceResult(Ending.InputRejected, [], reason);
        foreach (var input in derivation.InputDerivations.Keys)
        {
            if (DerivationResolver.Mixes(derivation, await ReadAsync(input, ct)))
                return new ConformanceResult(Ending.InputRejected, [], $"it is pure, and '{input}' is not");
        }
        var request = await PrepareAsync(drv, derivation, ct);
        request = request with
        {
            Options = request.Options with { Mode = mode, KeepsFailed = mode == BuildMode.Check },
        };
        var closure = await _store.Store.ClosureAsync([.. request.InputPaths], ct);
        var assignment = new BuildAssignment(
            new AttemptKey(AttemptId.Create(Guid.NewGuid()), 1),
            request,
            [.. closure.Select(path => new InputHolders(path, []))]
        );
        var progress = new FakeProgress();
        using var launcher = new SandboxLauncher(SandboxProgram.Find(null));
        using var downloads = new FileDownloads(new HttpCacheSettings { Attempts = 1 }, TimeProvider.System);
        var parts = new LocalBuildParts(_store.Store, one.Settings, launcher, new BuildUsers(_directory.Path))
        {
            Downloads = downloads,
        };
        var executor = new RealisationRecordingBuildExecutor(new LocalBuildExecutor(parts), _realisations);
        var outcome = await executor.ExecuteAsync(assignment, progress, ct);
        if (outcome is BuildOutcome.Built built)
            _built[drv] = request
                .Outputs.Zip(built.Outputs)
                .ToImmutableSortedDictionary(pair => pair.First.Name, pair => pair.Second.Path, StringComparer.Ordinal);
        return ToResult(outcome, $"{outcome}\n{Encoding.UTF8.GetString(progress.Log)}");
    }

    public string Contents(ConformanceResult result) => result.Contents(path => _store.Settings.Layout.Root + path);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>Why the coordinator gives it to no worker; null when it does.</summary>
    private static string? Unplanned(Derivation derivation)
    {
        try
        {
            var features = DerivationOptions.From(derivation).RequiredSystemFeatures;
            var requirement = StepRequirement.Create(derivation.Platform.ToString(), features);
            return Matching.Meets(s_worker, requirement) ? null : $"no worker is {requirement}";
        }
        catch (NixFormatException malformed)
        {
            return malformed.Message;
        }
    }

    private async Task<BuildRequest> PrepareAsync(StorePath drv, Derivation derivation, CancellationToken ct)
    {
        await ImportAsync(derivation.InputSources, ct);
        var inputs = ImmutableSortedSet.CreateBuilder<StorePath>();
        var isOpen = false;
        foreach (var (inputPath, wanted) in derivation.InputDerivations)
        {
            if (!_built.ContainsKey(inputPath))
            {
                var result = await BuildAsync(new ConformanceCase(inputPath.Name, ""), inputPath, ct);
                Assert.True(result.Ending == Ending.Built, $"the input {inputPath}: {result.Evidence}");
            }
            inputs.UnionWith(wanted.Outputs.Select(name => _built[inputPath][name]));
            isOpen |= (await ReadAsync(inputPath, ct)).Outputs.Values.Any(output => output.KnownPath is null);
        }
        var storeDir = _nix.Nix.StoreDir;
        if (!DerivationResolver.NeedsResolution(derivation, resolvesFixed: isOpen))
        {
            var hash =
                derivation.Type == DerivationType.Floating
                    ? await _realisations.HashAsync(derivation, ct)
                    : default(Sha256Digest?);
            return BuildRequest.From(storeDir, drv, derivation, inputs.ToImmutable(), hash, BuildOptions.None);
        }
        var realiser = new DerivationRealiser(_store.Store, _realisations);
        var resolved = (await realiser.ResolveAsync(derivation, (path, name) => _built[path][name], ct))!; // All are built.
        return BuildRequest.From(
            storeDir,
            resolved.DrvPath,
            resolved.Derivation,
            [],
            resolved.RealisationHash,
            BuildOptions.None
        );
    }

    private async Task<Derivation> ReadAsync(StorePath drv, CancellationToken ct) =>
        DerivationParser.Parse(_nix.Nix.StoreDir, drv, await File.ReadAllBytesAsync(_nix.Nix.Physical(drv), ct));

    private async Task ImportAsync(ImmutableSortedSet<StorePath> sources, CancellationToken ct)
    {
        var valid = await _store.Store.ValidAsync(sources, ct);
        if (valid.Count == sources.Count)
            return;
        // What a path refers to comes before it.
        var closure = await _nix.Nix.RequisitesAsync([.. sources], ct);
        foreach (var path in closure)
        {
            using var nar = new MemoryStream();
            await NarDump.WriteAsync(_nix.Nix.Physical(path), nar, ct);
            nar.Position = 0;
            await _store.Store.AddFromNarAsync(_nix.Query(path), nar, ct);
        }
    }

    private ConformanceResult ToResult(BuildOutcome outcome, string evidence) =>
        outcome switch
        {
            BuildOutcome.Built built => new(
                Ending.Built,
                [
                    .. built
                        .Outputs.Select(info => ConformanceResult.Fact(_nix.Nix.StoreDir, info))
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
            BuildOutcome.NotDeterministic => new(Ending.NotDeterministic, [], evidence),
            BuildOutcome.InputRejected => new(Ending.InputRejected, [], evidence),
            _ => throw new InvalidOperationException($"The worker itself failed: {evidence}"),
        };
}
