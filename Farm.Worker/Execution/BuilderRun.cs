using System.Diagnostics;
using Farm.Protocol;
using Farm.Worker.Builtins;
using Farm.Worker.Recursive;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Execution;

/// <summary>Runs one builder: in control groups of its own, its log passed on, its failure told.</summary>
/// <remarks>The groups are made while the build is planned, and removed while its outputs are taken: no process is in them then.
/// They are gone when this is disposed.</remarks>
internal sealed class BuilderRun(LocalBuildParts parts, BuildUser user, BuildRequest request) : IAsyncDisposable
{
    /// <summary>Less than this counts as a full disk; Nix's limit.</summary>
    private const long LeastFreeBytes = 8 << 20;

    private readonly Task<ControlGroup?> _group = BuiltinBuild.Is(request)
        ? Task.FromResult<ControlGroup?>(null)
        : Task.Run(() => parts.Groups?.Make(user));

    private Task? _removal;

    /// <summary>Runs it to its end.</summary>
    /// <param name="daemon">Serves it, and has ended when this returns; null where nothing does.</param>
    /// <returns>What it used, and the outcome when it failed.</returns>
    public async Task<(BuildUsage Usage, BuildOutcome? Failure)> RunAsync(
        SandboxSpec spec,
        BuilderDaemon? daemon,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        var group = await _group.ConfigureAwait(false);
        var hasEnded = false;
        try
        {
            var end = await RunAsync(spec, group, daemon, progress, ct).ConfigureAwait(false);
            hasEnded = true;
            return end;
        }
        finally
        {
            _removal = RemoveAsync(group);
            // Where a result came, all that was begun has ended; else, without a sandbox, its group sees to that.
            if (!hasEnded)
                await _removal.ConfigureAwait(false);
        }
    }

    /// <exception cref="SandboxException">A control group cannot be removed.</exception>
    public async ValueTask DisposeAsync()
    {
        await ((Task)_group).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_group.IsCompletedSuccessfully)
            await (_removal ?? RemoveAsync(await _group.ConfigureAwait(false))).ConfigureAwait(false);
    }

    private static Task RemoveAsync(ControlGroup? group) =>
        group is null ? Task.CompletedTask : Task.Run(() => group.DisposeAsync().AsTask());

    private async Task<(BuildUsage Usage, BuildOutcome? Failure)> RunAsync(
        SandboxSpec spec,
        ControlGroup? group,
        BuilderDaemon? daemon,
        IBuildProgress progress,
        CancellationToken ct
    )
    {
        var tail = new LogTail(BuildOutcome.MaxLastLines);
        var isBuiltin = BuiltinBuild.Is(spec);
        var result = isBuiltin
            ? await new BuiltinBuild(spec, parts.Downloads).RunAsync(Log, ct).ConfigureAwait(false)
            : await parts
                .Launcher.RunAsync(spec with { ControlGroups = group?.Directories ?? [] }, Log, daemon?.Door, ct)
                .ConfigureAwait(false);
        if (daemon is not null)
            await daemon.EndAsync().ConfigureAwait(false);
        var used = result.Usage;
        var usage = new BuildUsage(
            used.UserTime,
            used.SystemTime,
            used.WallTime,
            group?.PeakMemoryBytes() ?? used.MaxResidentBytes,
            used.WrittenBytes
        );
        if (result is SandboxResult.Exited { Code: 0 })
            return (usage, null);
        var failure =
            group?.MemoryKills() > 0 && parts.Groups!.Limits.MemoryMaxBytes is { } most // There is a group, so there are groups.
                ? new BuildOutcome.MemoryExceeded(most)
                : ToOutcome(result, spec, tail, FreeBytes(spec.ScratchDirectory));
        return (usage, failure with { Usage = usage, KeptDirectory = Kept(spec) });

        ValueTask Log(ReadOnlyMemory<byte> bytes)
        {
            tail.Add(bytes.Span);
            return progress.LogAsync(bytes, ct);
        }
    }

    /// <summary>A builder that is part of the worker has no build directory, so that nothing is kept of it, as in Nix.</summary>
    private string? Kept(SandboxSpec spec) =>
        !BuiltinBuild.Is(spec) && (request.Options.KeepsFailed || parts.Results is { KeepsFailed: true })
            ? KeptBuilds.Keep(parts.Store.Layout, spec, request)
            : null;

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
}
