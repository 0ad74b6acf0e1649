using System.Diagnostics;
using Farm.Fuzz.Engine;

namespace Farm.Fuzz.Running;

/// <summary>Fuzzes one target in this process, for so long.</summary>
internal static class TargetRun
{
    /// <summary>Some defect was found.</summary>
    public const int FoundExitCode = 3;

    private const int MinimiserTries = 4000;

    /// <summary>How long one input may take before the process is given up: it does not end by itself.</summary>
    private static readonly TimeSpan s_hangLimit = TimeSpan.FromMinutes(5);

    public static async Task<int> FuzzAsync(FuzzTarget target, TimeSpan duration, int seed)
    {
        using var last = new LastInput(FuzzFiles.LastInput(target.Name));
        var inputAt = Stopwatch.GetTimestamp();
        var fuzzer = new Fuzzer(target, seed)
        {
            OnInput = input =>
            {
                last.Tell(input);
                Volatile.Write(ref inputAt, Stopwatch.GetTimestamp());
            },
        };
        await using var watchdog = new Timer(
            _ =>
            {
                if (Stopwatch.GetElapsedTime(Volatile.Read(ref inputAt)) > s_hangLimit)
                    Environment.FailFast($"An input for '{target.Name}' takes longer than {s_hangLimit}.");
            },
            null,
            s_hangLimit,
            s_hangLimit
        );
        var started = Stopwatch.GetTimestamp();
        await fuzzer.ReplayAsync(Corpus.Load(target.Name));
        await fuzzer.RunAsync(() => Stopwatch.GetElapsedTime(started) < duration);
        await Console.Out.WriteLineAsync(
            $"{fuzzer}, {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s, seed {seed}"
        );
        foreach (var finding in fuzzer.Findings)
            await ReportAsync(target, finding);
        await target.EndAsync();
        return fuzzer.Findings.Count == 0 ? 0 : FoundExitCode;
    }

    public static async Task<int> ReplayAsync(FuzzTarget target, string file)
    {
        var finding = await new InputCheck(target).TryAsync(await File.ReadAllBytesAsync(file), []);
        await target.EndAsync();
        await Console.Out.WriteLineAsync(finding?.Details ?? "All laws hold for this input.");
        return finding is null ? 0 : FoundExitCode;
    }

    private static async Task ReportAsync(FuzzTarget target, Finding finding)
    {
        var check = new InputCheck(target);
        var minimiser = new Minimiser(
            async input => (await check.TryAsync(input, []))?.Kind == finding.Kind,
            MinimiserTries
        );
        var smallest = await minimiser.RunAsync(finding.Input);
        var shown = await check.TryAsync(smallest, []) ?? finding;
        var file = FuzzFiles.Write(target.Name, shown.Input, shown.Details);
        await Console.Out.WriteLineAsync($"  {finding.Kind}\n    {file} ({shown.Input.Length} bytes)");
    }
}
