using System.Diagnostics;
using Farm.Protocol;
using Farm.Store;
using Farm.Store.Local;
using Farm.Worker.Planning;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Execution;

/// <summary>Builds in a sandbox on this machine and makes the outputs valid in the node's own store.</summary>
public sealed class LocalBuildExecutor(LocalBuildParts parts) : IBuildExecutor
{
    /// <summary>Less than this counts as a full disk; Nix's limit.</summary>
    private const long LeastFreeBytes = 8 << 20;

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
        using var watch = _store.AutoCollector.Watch();
        using var user = parts.Users.TryTake();
        if (user is null)
            return new BuildOutcome.InfrastructureFailed("all build users of the machine are taken", IsTransient: true);
        await using var directory = await BuildDirectory
            .CreateAsync(layout.PhysicalStoreDir, request.DrvPath, ct)
            .ConfigureAwait(false);
        var closure = build.Inputs.Select(input => new SandboxInput(input, layout.ToPhysical(input)));
        var place = new BuildPlace(directory.FullPath, user.Ids, BuildDirectory.MountPoints(layout));
        switch (SandboxPlan.For(request, build.Options, build.Graph, closure, parts.Sandbox, place))
        {
            case BuildPlan.Rejected rejected:
                return new BuildOutcome.InputRejected(rejected.Reason);
            case BuildPlan.Ready ready:
                var tail = new LogTail(BuildOutcome.MaxLastLines);
                var result = await parts.Launcher.RunAsync(ready.Spec, Log, ct).ConfigureAwait(false);
                return result is SandboxResult.Exited { Code: 0 }
                    ? await RegisterAsync(build, directory, ready.Spec, result.Usage, ct).ConfigureAwait(false)
                    : ToOutcome(result, ready.Spec, tail, FreeBytes(directory.FullPath));

                ValueTask Log(ReadOnlyMemory<byte> bytes)
                {
                    tail.Add(bytes.Span);
                    return progress.LogAsync(bytes, ct);
                }

            default:
                throw new UnreachableException();
        }
    }

    private static BuildOutcome ToOutcome(SandboxResult result, SandboxSpec spec, LogTail tail, long freeBytes) =>
        result switch
        {
            // A builder that fails on a full disk says nothing about its derivation.
            SandboxResult.Exited or SandboxResult.Signalled when freeBytes < LeastFreeBytes =>
                new BuildOutcome.InfrastructureFailed(
                    $"the builder failed while the worker's disk had {freeBytes} bytes free",
                    IsTransient: true
                ),
            SandboxResult.Exited exited => new BuildOutcome.BuilderFailed(
                new ProcessEnd.Exited(exited.Code),
                tail.ToLines()
            ),
            SandboxResult.Signalled signalled => new BuildOutcome.BuilderFailed(
                new ProcessEnd.Signalled(signalled.Signal),
                tail.ToLines()
            ),
            SandboxResult.TimedOut => new BuildOutcome.TimedOut(TimeLimit.Total, spec.Timeout ?? result.Usage.WallTime),
            SandboxResult.FellSilent => new BuildOutcome.TimedOut(
                TimeLimit.Silent,
                spec.MaxSilent ?? result.Usage.WallTime
            ),
            SandboxResult.LogLimitExceeded => new BuildOutcome.LogLimitExceeded(
                spec.MaxLogBytes ?? result.Usage.LogBytes
            ),
            SandboxResult.NotExecutable notExecutable => new BuildOutcome.InputRejected(notExecutable.Reason),
            SandboxResult.SetupFailed failed => new BuildOutcome.InfrastructureFailed(
                $"the sandbox cannot be made: {failed.Reason}",
                IsTransient: true
            ),
            _ => throw new UnreachableException(),
        };

    private static long FreeBytes(string directory) => new DriveInfo(directory).AvailableFreeSpace;

    private async Task<BuildOutcome> RegisterAsync(
        PreparedBuild build,
        BuildDirectory directory,
        SandboxSpec spec,
        SandboxUsage usage,
        CancellationToken ct
    )
    {
        var request = build.Request;
        var outputs = build.Outputs(spec);
        if (outputs.Select(OutputCheck.Problem).FirstOrDefault(problem => problem is not null) is { } broken)
            return new BuildOutcome.OutputRejected(broken);
        var files = await directory.KeepAsync([.. outputs.Select(output => output.File)], ct).ConfigureAwait(false);
        outputs = [.. outputs.Zip(files, (output, file) => output with { File = file })];
        try
        {
            var registered = await _keeper
                .KeepAsync(outputs, build.Inputs, request.DrvPath, infos => build.Judge(infos, _store.StoreDir), ct)
                .ConfigureAwait(false);
            return new BuildOutcome.Built([.. registered], usage.CpuTime, usage.WallTime);
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
}
