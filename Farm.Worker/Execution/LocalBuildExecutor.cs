using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Farm.Protocol;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Worker.Planning;
using Farm.Worker.Recursive;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Execution;

/// <summary>Builds in a sandbox on this machine and makes the outputs valid in the node's own store.</summary>
public sealed class LocalBuildExecutor(LocalBuildParts parts) : IBuildExecutor
{
    private readonly LocalStore _store = parts.Store;
    private readonly IOutputKeeper _keeper = parts.Keeper ?? new RegisteringOutputKeeper(parts.Store);

    public async Task<BuildOutcome> ExecuteAsync(
        BuildAssignment assignment,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        await progress.EnterAsync(BuildPhase.Building, ct).ConfigureAwait(false);
        try
        {
            return await BuildAsync(assignment, progress, ct).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SandboxException or StoreException or IOException)
        {
            return Failures.ToOutcome(failure);
        }
    }

    private async Task<BuildOutcome> BuildAsync(
        BuildAssignment assignment,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        PreparedBuild build;
        try
        {
            build = await new InputGraphSource(_store).PrepareAsync(assignment, ct).ConfigureAwait(false);
        }
        catch (NixFormatException failure)
        {
            return new BuildOutcome.InputRejected(SandboxPlan.Malformed(assignment.Request, failure).Reason);
        }
        var (request, layout) = (build.Request, _store.Layout);
        var recorded =
            request.Options.Mode == BuildMode.Normal
                ? ImmutableDictionary<StorePath, PathInfo>.Empty
                : await RecordedOutputs.FindAsync(_store, request, ct).ConfigureAwait(false);
        if (await UncheckableAsync(request, recorded, ct).ConfigureAwait(false) is { } uncheckable)
            return new BuildOutcome.InputRejected(uncheckable);
        using var watch = _store.AutoCollector.Watch();
        using var user = parts.Users.TryTake();
        if (user is null)
            return new BuildOutcome.InfrastructureFailed("all build users of the machine are taken", IsTransient: true);
        await using var run = new BuilderRun(parts, user, request);
        var isUnconfined = Unconfined.Is(request, build.Options, parts.Sandbox, layout);
        await using var hold = await _store
            .TempRoots.HoldAsync(isUnconfined ? [.. request.Outputs.Select(output => output.Path)] : [], ct)
            .ConfigureAwait(false);
        if (
            isUnconfined
            && await Unconfined.PrepareAsync(_store, request, parts.Users, user, ct).ConfigureAwait(false)
                is { } impossible
        )
            return new BuildOutcome.InputRejected(impossible);
        var onHost = isUnconfined ? HostBuildDirectory.Create(request.Name) : null;
        await using IBuildDirectory directory = onHost is not null
            ? onHost
            : await parts
                .Launcher.Directories.TakeAsync(layout.PhysicalStoreDir, layout.IdleDir, request.DrvPath, ct)
                .ConfigureAwait(false);
        var closure = build.Inputs.Select(input => new SandboxInput(input, layout.ToPhysical(input)));
        var place = new BuildPlace(
            directory.FullPath,
            user.Ids,
            isUnconfined ? null : BuildDirectory.MountPoints(layout)
        );
        var settings = parts.Sandbox with
        {
            BuildDirectory = onHost?.FullPath ?? parts.Sandbox.BuildDirectory,
            HasRecursiveNix = parts.Sandbox.HasRecursiveNix && parts.Daemon is not null,
        };
        switch (SandboxPlan.For(request, build.Options, build.Graph, closure, settings, place))
        {
            case BuildPlan.Rejected rejected:
                return new BuildOutcome.InputRejected(rejected.Reason);
            case BuildPlan.Ready ready:
                var spec = isUnconfined ? Unconfined.Of(ready.Spec, parts.Users) : ready.Spec;
                var outcome = await RunAsync(build, run, directory, spec, user, recorded, progress, ct)
                    .ConfigureAwait(false);
                // A floating output has another place in the end, and may have been copied there.
                if (onHost is not null && (outcome is not BuildOutcome.Built || request.Outputs.Any(IsFloating)))
                    await Unconfined.ClearAsync(_store, request, ct).ConfigureAwait(false);
                if (onHost is not null && outcome.KeptDirectory is not null)
                    onHost.IsKept = true;
                return outcome;
            default:
                throw new UnreachableException();
        }
    }

    private static bool IsFloating(RequestedOutput output) => output.Floating is not null;

    private async Task<BuildOutcome> RunAsync(
        PreparedBuild build,
        BuilderRun run,
        IBuildDirectory directory,
        SandboxSpec spec,
        BuildUser user,
        ImmutableDictionary<StorePath, PathInfo> recorded,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        await using var daemon = BuilderDaemon.Begin(parts, build, spec);
        var (usage, failure) = await run.RunAsync(spec, daemon, progress, ct).ConfigureAwait(false);
        // Only then has its last process ended for certain.
        if (directory is BuildDirectory used)
            used.IsEnclosed = failure is (null or BuildOutcome.BuilderFailed) && SandboxEnclosure.IsComplete(spec);
        if (failure is not null)
            return failure;
        if (daemon is { Added: [_, ..] added })
            build = await WithAsync(build, added, ct).ConfigureAwait(false);
        var keeper = Keeper(build.Request, recorded);
        var outcome = await RegisterAsync(build, directory, spec, usage, keeper, ct).ConfigureAwait(false);
        if (keeper is CheckingOutputKeeper { Different: [_, ..] different })
            outcome = await DifferentAsync(build.Request, user.Ids, different, Log, ct).ConfigureAwait(false);
        return outcome with { Usage = usage };

        ValueTask Log(ReadOnlyMemory<byte> bytes) => progress.LogAsync(bytes, ct);
    }

    /// <summary>The build with what its builder has added among its inputs: outputs may refer to all of it.</summary>
    private Task<PreparedBuild> WithAsync(PreparedBuild build, IEnumerable<StorePath> added, CancellationToken ct)
    {
        var (assignment, more) = (build.Assignment, added.Select(path => new InputHolders(path, [])));
        return new InputGraphSource(_store).PrepareAsync(
            assignment with
            {
                Inputs = [.. assignment.Inputs, .. more],
            },
            ct
        );
    }

    private async Task<BuildOutcome> RegisterAsync(
        PreparedBuild build,
        IBuildDirectory directory,
        SandboxSpec spec,
        BuildUsage usage,
        IOutputKeeper keeper,
        CancellationToken ct
    )
    {
        var request = build.Request;
        var outputs = build.Outputs(spec);
        if (outputs.Select(OutputCheck.Problem).FirstOrDefault(problem => problem is not null) is { } broken)
            return new BuildOutcome.OutputRejected(broken);
        var files = await directory.KeepAsync([.. outputs.Select(output => output.File)], ct).ConfigureAwait(false);
        outputs = [.. outputs.Zip(files, (output, file) => output with { File = file })];
        string? Judge(IReadOnlyList<PathInfo> infos) => TooLarge(infos) ?? build.Judge(infos, _store.StoreDir);

        try
        {
            var registered = await keeper
                .KeepAsync(outputs, build.Inputs, request.DrvPath, Judge, ct)
                .ConfigureAwait(false);
            return new BuildOutcome.Built([.. registered], usage.CpuTime(), usage.WallTime);
        }
        catch (StoreException.HashMismatch mismatch)
        {
            // Only a fixed output has a hash to miss, and a derivation with one has no other.
            var output = request.Outputs.Single(output => output.ContentAddress is not null);
            return new BuildOutcome.HashMismatch(output.Path, mismatch.Specified, mismatch.Got);
        }
        catch (StoreException refusal) when (refusal is StoreException.UnsupportedFile or StoreException.ReferenceCycle)
        {
            return new BuildOutcome.OutputRejected(refusal.Message);
        }
        catch (StoreException.RefusedOutput refusal)
        {
            return new BuildOutcome.OutputRejected(refusal.Reason);
        }
    }

    private string? TooLarge(IReadOnlyList<PathInfo> infos) =>
        infos
            .Where(info => info.NarSizeBytes > parts.Sandbox.MaxOutputBytes)
            .Select(info =>
                $"'{_store.StoreDir.Print(info.Path)}' has {info.NarSizeBytes} bytes, and max-output-size is {parts.Sandbox.MaxOutputBytes}"
            )
            .FirstOrDefault();

    private IOutputKeeper Keeper(BuildRequest request, ImmutableDictionary<StorePath, PathInfo> recorded) =>
        request.Options.Mode switch
        {
            BuildMode.Normal => _keeper,
            BuildMode.Check => new CheckingOutputKeeper(_store, recorded, KeepsDifferent(request)),
            BuildMode.Repair => new RepairingOutputKeeper(_store, recorded, _keeper),
            _ => throw new UnreachableException(),
        };

    /// <summary>The hook can only look at what is kept.</summary>
    private bool KeepsDifferent(BuildRequest request) =>
        request.Options.KeepsFailed || parts.Results is { KeepsFailed: true } or { DiffHook: not null };

    /// <summary>One sentence where a check has nothing to compare with; null otherwise.</summary>
    private async Task<string?> UncheckableAsync(
        BuildRequest request,
        ImmutableDictionary<StorePath, PathInfo> recorded,
        CancellationToken ct
    )
    {
        if (request.Options.Mode != BuildMode.Check)
            return null;
        var outputs = recorded.Values.Select(info => info.Path).ToImmutableSortedSet();
        var valid = await _store.ValidAsync(outputs, ct).ConfigureAwait(false);
        return recorded.Count == request.Outputs.Length && valid.Count == outputs.Count
            ? null
            : $"some outputs of '{_store.StoreDir.Print(request.DrvPath)}' are not valid, so checking is not possible";
    }

    /// <param name="user">Runs the hook, as it ran the builder; with no further groups, as in Nix.</param>
    private async Task<BuildOutcome> DifferentAsync(
        BuildRequest request,
        SandboxIds user,
        IReadOnlyList<OutputDifference> different,
        Func<ReadOnlyMemory<byte>, ValueTask> log,
        CancellationToken ct
    )
    {
        foreach (var (path, _, _, kept) in different)
        {
            if (parts.Results?.DiffHook is not { } hook || kept is null)
                continue;
            string[] arguments =
            [
                _store.Layout.ToPhysical(path),
                kept,
                _store.StoreDir.Print(request.DrvPath),
                parts.Sandbox.BuildDirectory,
            ];
            var none = new Dictionary<string, string>(StringComparer.Ordinal);
            // It tells people what is different; that it cannot is no failure of the build, as in Nix.
            if (await HookProgram.RunAsync(hook, arguments, user, none, log, ct).ConfigureAwait(false) is { } failure)
                await log(Encoding.UTF8.GetBytes($"the diff-hook {failure}\n")).ConfigureAwait(false);
        }
        var first = different[0];
        return new BuildOutcome.NotDeterministic(first.Path, first.Kept)
        {
            RecordedHash = first.Recorded,
            BuiltHash = first.Built,
        };
    }
}
