using System.Text;
using System.Text.Json;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Farm.Sending;
using Farm.Derivations;

namespace Cake.Farm.Running;

/// <summary>Does what the aliases say, and turns failures into sentences.</summary>
internal sealed class FarmRunner(ICakeContext context)
{
    private const int LogLines = 20;
    private const int MostLogs = 3;

    public async Task<FarmBuildResult> BuildAsync(
        IEnumerable<Derivation> derivations,
        FarmBuildSettings settings,
        CancellationToken ct
    )
    {
        Derivation[] all = [.. derivations];
        await CoordinatorSink.SendAsync(all, Address(settings), Tell, ct).ConfigureAwait(false);
        return await BuildAsync(all.Select(derivation => derivation.File.PrintedPath), settings, ct)
            .ConfigureAwait(false);
    }

    public async Task<FarmBuildResult> BuildAsync(
        IEnumerable<string> drvs,
        FarmBuildSettings settings,
        CancellationToken ct
    )
    {
        var program = FarmProgram.Find(context, settings);
        var address = Address(settings);
        string[] all = [.. drvs];
        if (all.Length == 0)
        {
            throw new CakeException("FarmBuild was given no derivation: name at least one.");
        }
        var run = await program.RunAsync(FarmArguments.Build(all, settings, address), Tell, ct).ConfigureAwait(false);
        if (run.ExitCode == 0)
        {
            return BuildReportReader.Result(run.Out);
        }
        throw new CakeException(run.ExitCode, await FailureAsync(program, run, address, ct).ConfigureAwait(false));
    }

    public async Task<string> LogAsync(string drv, FarmSettings settings, CancellationToken ct)
    {
        var arguments = FarmArguments.Log(drv, Address(settings));
        return (await SucceedAsync(settings, arguments, ct).ConfigureAwait(false)).Out;
    }

    public async Task<FarmStatusResult> StatusAsync(FarmSettings settings, CancellationToken ct)
    {
        var run = await SucceedAsync(settings, FarmArguments.Status(Address(settings)), ct).ConfigureAwait(false);
        return BuildReportReader.Status(run.Out);
    }

    public async Task CopyAsync(IEnumerable<string> paths, FarmCopySettings settings, CancellationToken ct)
    {
        var run = await SucceedAsync(settings, FarmArguments.Copy(paths, settings, Address(settings)), ct)
            .ConfigureAwait(false);
        foreach (var line in run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            context.Log.Information("{0}", line);
        }
    }

    public async Task<FarmInstance> UpAsync(FarmUpSettings settings, CancellationToken ct)
    {
        var program = FarmProgram.Find(context, settings);
        var instance = FarmInstance.Start(program, settings, line => context.Log.Verbose("{0}", line));
        try
        {
            var waiting = program.RunAsync(FarmArguments.Wait(settings), _ => { }, ct);
            if (await Task.WhenAny(waiting, instance.Ended).ConfigureAwait(false) == instance.Ended)
            {
                throw new CakeException($"The farm did not come up: {instance.Sentence}");
            }
            var run = await waiting.ConfigureAwait(false);
            return run.ExitCode == 0 ? instance : throw new CakeException(run.ExitCode, run.Sentence);
        }
        catch
        {
            await instance.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void Tell(string line) => context.Log.Information("{0}", line);

    private string Address(FarmSettings settings) =>
        settings.Coordinator
        ?? (
            context.Environment.GetEnvironmentVariable("FARM_COORDINATOR") is { Length: > 0 } named
                ? named
                : FarmArguments.DefaultCoordinator
        );

    private async Task<FarmRun> SucceedAsync(FarmSettings settings, List<string> arguments, CancellationToken ct)
    {
        var run = await FarmProgram
            .Find(context, settings)
            .RunAsync(arguments, line => context.Log.Verbose("{0}", line), ct)
            .ConfigureAwait(false);
        return run.ExitCode == 0 ? run : throw new CakeException(run.ExitCode, run.Sentence);
    }

    private static async Task<string> FailureAsync(
        FarmProgram program,
        FarmRun run,
        string address,
        CancellationToken ct
    )
    {
        IReadOnlyList<(string DrvPath, string Reason)> failures;
        try
        {
            failures = run.Out.Length == 0 ? [] : BuildReportReader.Failures(run.Out);
        }
        catch (JsonException)
        {
            failures = []; // the program ended before it could report
        }
        if (failures.Count == 0)
        {
            return run.Sentence;
        }
        var told = new StringBuilder();
        foreach (var (drvPath, reason) in failures.Take(MostLogs))
        {
            told.AppendLine($"'{drvPath}' was not built: {reason}");
            var log = await program.RunAsync(FarmArguments.Log(drvPath, address), _ => { }, ct).ConfigureAwait(false);
            foreach (var line in log.Out.TrimEnd('\n').Split('\n').TakeLast(log.ExitCode == 0 ? LogLines : 0))
            {
                told.AppendLine($"  | {line.TrimEnd('\r')}");
            }
            told.AppendLine($"The whole log: farm log --coordinator {address} {drvPath}");
        }
        if (failures.Count > MostLogs)
        {
            told.AppendLine($"{failures.Count - MostLogs} more failed: farm status --coordinator {address}");
        }
        return told.ToString().TrimEnd();
    }
}
