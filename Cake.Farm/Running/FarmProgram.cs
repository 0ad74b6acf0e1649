using System.Diagnostics;
using Cake.Core;
using Cake.Core.IO;
using Cake.Farm.Native;

namespace Cake.Farm.Running;

/// <summary>The program <c>farm</c>, run with settings.</summary>
internal sealed class FarmProgram
{
    private readonly string _file;
    private readonly FarmSettings _settings;
    private readonly string _directory;

    private FarmProgram(string file, FarmSettings settings, string directory) =>
        (_file, _settings, _directory) = (file, settings, directory);

    /// <exception cref="CakeException">It is nowhere.</exception>
    public static FarmProgram Find(ICakeContext context, FarmSettings settings)
    {
        var file =
            settings.ToolPath?.MakeAbsolute(context.Environment).FullPath
            ?? context.Environment.GetEnvironmentVariable("FARM_PROGRAM")
            ?? context.Tools.Resolve("farm")?.FullPath
            ?? throw new CakeException(
                "The program 'farm' is not found: put it on the PATH, or name it in the settings (ToolPath) or in FARM_PROGRAM."
            );
        var directory = (settings.WorkingDirectory ?? context.Environment.WorkingDirectory).MakeAbsolute(
            context.Environment
        );
        return new FarmProgram(file, settings, directory.FullPath);
    }

    /// <summary>Runs it to its end. When <paramref name="ct"/> fires it is asked to end in order, which cancels its build.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="tell">Gets each line of its standard error as it comes.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task<FarmRun> RunAsync(IEnumerable<string> arguments, Action<string> tell, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (_settings.ToolTimeout is { } timeout)
        {
            limit.CancelAfter(timeout);
        }
        using var process = Start(arguments);
        process.StandardInput.Close();
        await using var ending = limit.Token.Register(() => Signals.End(process)).ConfigureAwait(false);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = new List<string>();
        while (await process.StandardError.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
        {
            errors.Add(line);
            tell(line);
        }
        var run = new FarmRun(0, await output.ConfigureAwait(false), errors);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        if (limit.IsCancellationRequested && process.ExitCode != 0)
        {
            throw ct.IsCancellationRequested
                ? new OperationCanceledException(run.Sentence, ct)
                : new CakeException(
                    $"farm {arguments.First()} took longer than {_settings.ToolTimeout}: {run.Sentence}"
                );
        }
        return run with { ExitCode = process.ExitCode };
    }

    /// <summary>Starts it with its standard streams given to this process.</summary>
    public Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(_file)
        {
            WorkingDirectory = _directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (_settings.ArgumentCustomization is { } customise)
        {
            var builder = new ProcessArgumentBuilder();
            foreach (var argument in arguments)
            {
                builder.AppendQuoted(argument);
            }
            start.Arguments = customise(builder).Render();
        }
        else
        {
            foreach (var argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }
        }
        foreach (var (name, value) in _settings.EnvironmentVariables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        try
        {
            return Process.Start(start) ?? throw new CakeException($"'{_file}' could not be started.");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new CakeException(
                $"'{_file}' could not be started ({error.Message}): name the program farm in ToolPath or FARM_PROGRAM.",
                error
            );
        }
    }
}
