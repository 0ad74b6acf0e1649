using System.Diagnostics;
using System.Globalization;
using Farm.Fuzz.Engine;

namespace Farm.Fuzz.Running;

/// <summary>Fuzzes one target in a process of its own, and tells on which input that one died where it does.</summary>
internal static class WatchedRun
{
    private const int MinimiserTries = 300;

    public static async Task<int> FuzzAsync(FuzzTarget target, FuzzArguments arguments)
    {
        var minutes = arguments.Duration.TotalMinutes.ToString(CultureInfo.InvariantCulture);
        var exitCode = await RunAsync(
            isShown: true,
            $"--format={target.Name}",
            $"--minutes={minutes}",
            $"--seed={arguments.Seed}",
            "--child"
        );
        if (exitCode is 0 or TargetRun.FoundExitCode)
            return exitCode;
        var input = LastInput.Read(FuzzFiles.LastInput(target.Name));
        var smallest = await new Minimiser(tried => DiesAsync(target, tried), MinimiserTries).RunAsync(input);
        var file = FuzzFiles.Write(target.Name, smallest, $"The process ended with {exitCode} on this input.");
        await Console.Out.WriteLineAsync($"  the process dies on {file} ({smallest.Length} bytes)");
        return TargetRun.FoundExitCode;
    }

    private static async Task<bool> DiesAsync(FuzzTarget target, byte[] input)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, input);
            var exitCode = await RunAsync(isShown: false, $"--format={target.Name}", $"--replay={file}", "--child");
            return exitCode is not (0 or TargetRun.FoundExitCode);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<int> RunAsync(bool isShown, params string[] arguments)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("This process has no file.");
        var start = new ProcessStartInfo(program, [.. Prefix(program), .. arguments])
        {
            RedirectStandardOutput = !isShown,
            RedirectStandardError = !isShown,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var process =
            Process.Start(start) ?? throw new InvalidOperationException($"'{program}' could not be started.");
        if (!isShown)
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Started by <c>dotnet</c>, this process is a library that must be named again.</summary>
    private static string[] Prefix(string program) =>
        Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(WatchedRun).Assembly.Location] : [];
}
