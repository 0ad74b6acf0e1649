using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Farm.Cli.Terminals;
using Farm.Client;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Cli.Building;

/// <summary>Tells how a build ended: links, table, last lines of failed logs, exit code.</summary>
internal sealed class BuildReporter(
    FarmClient client,
    CommandServices services,
    BuildOptionsGiven options,
    StoreDir storeDir,
    string? storeRoot
)
{
    private const int LogLines = 20;
    private const int LogBytes = 16 * 1024;
    private const int MostLogs = 3;

    /// <returns>The exit code.</returns>
    public async Task<int> ReportAsync(BuildInputs inputs, BuildView build, CancellationToken ct)
    {
        var exitCode = BuildExitCode.Of(build);
        ImmutableArray<BuildReport.Root> roots =
        [
            .. inputs.Targets.Index().Select(target => Root(target, inputs, build)),
        ];
        if (options.IsJson)
        {
            Complain(roots); // the table says it otherwise
            var failures = new List<BuildReport.Failed>();
            foreach (var step in build.Failures)
            {
                if (step.Status is StepStatus.Failed failed)
                    failures.Add(await FailedAsync(step, failed, ct).ConfigureAwait(false));
            }
            var report = new BuildReport(
                build.Id.Number,
                build.State,
                exitCode,
                Duration(build).TotalSeconds,
                build.Counts,
                roots,
                [.. failures],
                build.Usage
            );
            services.Terminal.Out.WriteLine(JsonSerializer.Serialize(report, CliJsonContext.Default.BuildReport));
            return exitCode;
        }
        await TellFailuresAsync(build, ct).ConfigureAwait(false);
        services.Terminal.Error.Write(Table(roots));
        services.Terminal.Error.WriteLine(Summary(build));
        foreach (var output in roots.SelectMany(root => root.Outputs?.Values ?? []))
        {
            services.Terminal.Out.WriteLine(output.Path);
        }
        return exitCode;
    }

    private BuildReport.Root Root((int Index, BuildInputs.Target Target) numbered, BuildInputs inputs, BuildView build)
    {
        var target = numbered.Target;
        var drvPath = storeDir.Print(target.DrvPath);
        var view = build.Roots.FirstOrDefault(root => root.DrvPath == target.DrvPath);
        if (view?.Status is not StepStatus.Done)
        {
            return new BuildReport.Root(drvPath, IsBuilt: false, Outputs: null);
        }
        var wanted = target.Outputs.IsEmpty ? [.. view.Outputs.Keys] : target.Outputs;
        var links = options.OutLink is { } prefix
            ? OutLinkNames
                .For(
                    prefix,
                    [.. inputs.Targets.Select((_, at) => at == numbered.Index ? wanted : ImmutableArray<string>.Empty)]
                )[numbered.Index]
                .ToDictionary(pair => pair.Output, pair => Path.GetFullPath(pair.Link), StringComparer.Ordinal)
            : [];
        return new BuildReport.Root(
            drvPath,
            IsBuilt: true,
            wanted.ToImmutableSortedDictionary(
                name => name,
                name => new BuildReport.Output(
                    storeDir.Print(Output(view, name)),
                    links.TryGetValue(name, out var link) ? Link(link, Output(view, name)) : null
                ),
                StringComparer.Ordinal
            )
        );
    }

    private StorePath Output(BuildRootView root, string name) =>
        root.Outputs.TryGetValue(name, out var path)
            ? path
            : throw new CommandException(
                $"The derivation '{storeDir.Print(root.DrvPath)}' has no output '{name}'; it has {string.Join(", ", root.Outputs.Keys)}."
            );

    /// <summary>The link leads to the files where the coordinator is on this machine, else to the logical path.</summary>
    private string Link(string link, StorePath output)
    {
        var logical = storeDir.Print(output);
        var physical = storeRoot is null ? null : storeRoot.TrimEnd('/') + logical;
        if (physical is not null && Path.Exists(physical))
        {
            OutLink.Make(link, physical);
            if (!OutLink.TryRegister(storeRoot!, link)) // physical is made of it
            {
                services.Terminal.Error.WriteLine(
                    $"Note: '{link}' does not protect the output from collection: the roots of the store below '{storeRoot}' cannot be written."
                );
            }
        }
        else
        {
            OutLink.Make(link, logical);
            services.Terminal.Error.WriteLine(
                $"Note: '{link}' leads nowhere on this machine: the output is in the coordinator's store at {client.Address}."
            );
        }
        return link;
    }

    private void Complain(ImmutableArray<BuildReport.Root> roots)
    {
        foreach (var root in roots.Where(root => !root.IsBuilt))
        {
            services.Terminal.Error.WriteLine($"'{root.DrvPath}' was not built.");
        }
    }

    private async Task<BuildReport.Failed> FailedAsync(StepSummary step, StepStatus.Failed failed, CancellationToken ct)
    {
        var attempt = await AttemptAsync(step.DrvPath, failed.Attempt, ct).ConfigureAwait(false);
        return new(
            storeDir.Print(step.DrvPath),
            failed.Reason,
            failed.Attempt?.ToString(),
            attempt?.Worker.ToString(),
            attempt?.KeptDirectory,
            attempt?.Difference is { } different
                ? new(
                    storeDir.Print(different.Output),
                    different.RecordedHash,
                    different.BuiltHash,
                    different.KeptOutput
                )
                : null
        );
    }

    /// <summary>Null where no attempt was made, or it is not known any more.</summary>
    private async Task<AttemptView?> AttemptAsync(StorePath drvPath, AttemptId? id, CancellationToken ct)
    {
        if (id is null)
            return null;
        var step = await client.StepAsync(drvPath, ct).ConfigureAwait(false);
        return step.Attempts.FirstOrDefault(attempt => attempt.Id == id);
    }

    private async Task TellFailuresAsync(BuildView build, CancellationToken ct)
    {
        var error = services.Terminal.Error;
        foreach (var step in build.Failures)
        {
            if (step.Status is not StepStatus.Failed failed)
            {
                continue;
            }
            error.WriteLine($"{step.Name} failed: {failed.Reason}");
            if (failed.Attempt is { } id && build.Failures.IndexOf(step) < MostLogs)
            {
                var attempt = await AttemptAsync(step.DrvPath, id, ct).ConfigureAwait(false);
                foreach (var line in await LastLinesAsync(id, attempt?.LogBytes ?? 0, ct).ConfigureAwait(false))
                {
                    error.WriteLine($"  | {line}");
                }
                foreach (var line in attempt is null ? [] : Kept(attempt))
                {
                    error.WriteLine(line);
                }
                error.WriteLine($"The whole log: farm log {storeDir.Print(step.DrvPath)}");
            }
        }
    }

    /// <summary>Where the worker has what it kept.</summary>
    private IEnumerable<string> Kept(AttemptView attempt)
    {
        if (attempt.Difference is { } different)
        {
            yield return $"  recorded: {different.RecordedHash ?? "unknown"} at '{storeDir.Print(different.Output)}'";
            yield return different.KeptOutput is { } kept
                ? $"  built:    {different.BuiltHash ?? "unknown"} on worker {attempt.Worker} at '{kept}'"
                : $"  built:    {different.BuiltHash ?? "unknown"} on worker {attempt.Worker}; --keep-failed keeps it";
        }
        if (attempt.KeptDirectory is { } directory)
        {
            yield return $"The build directory is kept on worker {attempt.Worker} at '{directory}'.";
        }
    }

    private async Task<IReadOnlyList<string>> LastLinesAsync(AttemptId attempt, long length, CancellationToken ct)
    {
        using var log = new MemoryStream();
        await client
            .CopyAttemptLogAsync(attempt, Math.Max(0, length - LogBytes), follow: false, log, ct)
            .ConfigureAwait(false);
        var text = Encoding.UTF8.GetString(log.GetBuffer(), 0, (int)log.Length).TrimEnd('\n');
        return text.Length == 0 ? [] : [.. text.Split('\n').TakeLast(LogLines).Select(line => line.TrimEnd('\r'))];
    }

    private string Table(ImmutableArray<BuildReport.Root> roots) =>
        TextTable.Render(
            ["DERIVATION", "RESULT", "OUTPUTS"],
            [
                .. roots.Select(root =>
                    (ImmutableArray<string>)
                        [
                            root.DrvPath[(root.DrvPath.LastIndexOf('/') + 34)..],
                            root.IsBuilt ? "built" : "failed",
                            string.Join(
                                ' ',
                                (root.Outputs ?? ImmutableSortedDictionary<string, BuildReport.Output>.Empty).Select(
                                    output => output.Value.Link is { } link ? ShownLink(link) : output.Value.Path
                                )
                            ),
                        ]
                ),
            ],
            services.Terminal.ErrorHasColour
        );

    /// <summary>As short as it can be typed: relative, unless that leads out of the working directory.</summary>
    private static string ShownLink(string link)
    {
        var relative = Path.GetRelativePath(".", link);
        return relative.StartsWith("../", StringComparison.Ordinal) ? Path.GetFullPath(link) : relative;
    }

    private static string Summary(BuildView build)
    {
        var counts = build.Counts;
        var failed = counts.Failed + counts.DependencyFailed;
        return $"Build {build.Id}: {counts.Done} of {counts.Total()} steps valid{(failed == 0 ? "" : $", {failed} failed")}, {DurationText.Of(Duration(build))}.";
    }

    private static TimeSpan Duration(BuildView build) => (build.FinishedAt ?? build.CreatedAt) - build.CreatedAt;
}
