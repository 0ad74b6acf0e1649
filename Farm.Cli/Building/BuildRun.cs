using Farm.Cli.Nodes;
using Farm.Cli.Progress;
using Farm.Cli.Terminals;
using Farm.Client;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Cli.Building;

/// <summary>One run of <c>farm build</c>: gather, send, submit, watch, report.</summary>
internal sealed class BuildRun(
    FarmClient client,
    CommandServices services,
    BuildOptionsGiven options,
    StopSignals signals
)
{
    /// <summary>How long a coordinator may be away before the client gives up; the build itself goes on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task<int> RunAsync(IReadOnlyList<DerivationArgument> arguments)
    {
        var terminal = services.Terminal;
        var ct = signals.Stop;
        var status = await client.StatusAsync(ct).ConfigureAwait(false);
        var storeDir = StoreDir.Parse(status.StoreDir);
        using var reader = new BuildInputsReader(storeDir, options.From);
        var known = await KnownAsync(arguments, storeDir, ct).ConfigureAwait(false);
        var inputs = reader.Read(arguments, known);

        BuildView build;
        var display = terminal.IsLive
            ? (IProgressDisplay)new LiveDisplay(terminal.Error, terminal.ErrorHasColour, services.Clock)
            : new PlainDisplay(terminal.Error);
        await using (display.ConfigureAwait(false))
        {
            await SendAsync(inputs, known, storeDir, display, ct).ConfigureAwait(false);
            var fetching = new FetchReporter(display, terminal.IsLive, services.Clock);
            build = await client.SubmitAsync(Request(inputs), fetching.Show, ct).ConfigureAwait(false);
            fetching.End();
            if (build.State == BuildState.Succeeded)
            {
                display.Show(new BuildEvent.Ended(build)); // there was nothing to do
            }
            else if (!options.IsDetached)
            {
                build = await WatchAsync(build.Id, display).ConfigureAwait(false);
            }
        }
        if (options.IsDetached)
        {
            terminal.Out.WriteLine(build.Id);
            return ExitCode.Done;
        }
        return await new BuildReporter(client, services, options, storeDir, status.StoreRoot)
            .ReportAsync(inputs, build, ct)
            .ConfigureAwait(false);
    }

    private SubmitBuild Request(BuildInputs inputs) =>
        new(
            [.. inputs.Targets.Select(target => target.DrvPath)],
            options.Priority,
            options.TimeoutSeconds,
            options.MaxSilentSeconds,
            options.MaxLogBytes,
            options.KeepsFailed,
            options.Mode
        );

    /// <summary>Which of the derivations the coordinator has. Its store is closed, so it has what they need too, and nothing has to be
    /// read here: a store path tells the contents. A selection of outputs is checked against the derivation before anything is built.</summary>
    private async Task<HashSet<StorePath>> KnownAsync(
        IReadOnlyList<DerivationArgument> arguments,
        StoreDir storeDir,
        CancellationToken ct
    )
    {
        var asked = new HashSet<StorePath>();
        foreach (var argument in arguments)
        {
            if (
                argument.Outputs.IsEmpty
                && DerivationPlace.Find(argument.Path, storeDir, options.From)
                    is DerivationPlace.InStore(var drvPath, _)
            )
            {
                asked.Add(drvPath);
            }
        }
        if (asked.Count > 0)
        {
            asked.ExceptWith(await client.MissingAsync(asked, ct).ConfigureAwait(false));
        }
        return asked;
    }

    private async Task SendAsync(
        BuildInputs inputs,
        HashSet<StorePath> known,
        StoreDir storeDir,
        IProgressDisplay display,
        CancellationToken ct
    )
    {
        var remote = new HashSet<StorePath>();
        foreach (var target in inputs.Targets)
        {
            if (target.Derivation is null && !known.Contains(target.DrvPath))
            {
                remote.Add(target.DrvPath);
            }
        }
        foreach (var absent in await client.MissingAsync(remote, ct).ConfigureAwait(false))
        {
            throw new CommandException(
                $"The derivation '{storeDir.Print(absent)}' is neither in a Nix store on this machine nor at the coordinator; name the store with --from ROOT."
            );
        }
        var sent = await new InputUploader(client, storeDir)
            .SendMissingAsync(
                inputs.Paths,
                now =>
                {
                    if (services.Terminal.IsLive)
                    {
                        display.Notice(
                            $"sending inputs: {now.Paths} of {now.AllPaths}, {ByteText.Of(now.Bytes)} of {ByteText.Of(now.AllBytes)}"
                        );
                    }
                },
                ct
            )
            .ConfigureAwait(false);
        display.Notice(sent.Paths == 0 ? null : $"Sent {sent.Paths} inputs, {ByteText.Of(sent.Bytes)}.");
        display.Notice(null);
    }

    private async Task<BuildView> WatchAsync(BuildId build, IProgressDisplay display)
    {
        var isGivenUp = false;
        try
        {
            var watcher = new BuildWatcher(client, Patience, services.Clock);
            await foreach (var happened in watcher.WatchAsync(build, signals.Stop).ConfigureAwait(false))
            {
                if (happened is null)
                {
                    display.Notice("The coordinator does not answer; builders go on, and this waits for it.");
                    continue;
                }
                display.Notice(null);
                display.Show(happened);
                if (happened is BuildEvent.Ended(var ended))
                {
                    return ended;
                }
                if (!options.KeepsGoing && !isGivenUp && HasFailure(happened))
                {
                    isGivenUp = true;
                    await client.CancelAsync(build, signals.Stop).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            await client.CancelAsync(build, signals.AtOnce).ConfigureAwait(false);
            throw new CommandException($"build {build} is cancelled.", ExitCode.Interrupted);
        }
        throw new System.Diagnostics.UnreachableException("a build is watched until it ends");
    }

    private static bool HasFailure(BuildEvent happened) =>
        happened switch
        {
            BuildEvent.StepChanged(var step, _, _) => step.Status is StepStatus.Failed,
            BuildEvent.Snapshot(var build) => build.Failures.Length > 0,
            _ => false,
        };
}
