using System.Globalization;
using Farm.Benchmarks;
using Farm.Benchmarks.Actors;
using Farm.Benchmarks.Builds;
using Farm.Benchmarks.Copying;
using Farm.Benchmarks.Daemons;
using Farm.Benchmarks.Formats;
using Farm.Benchmarks.Measuring;
using Farm.Benchmarks.Reporting;
using Farm.Benchmarks.Sandbox;
using Farm.Benchmarks.Scheduling;
using Farm.Benchmarks.Store;
using Farm.Benchmarks.Storm;

const string all = "all";
const string quick = "quick";
var stormDuration = TimeSpan.FromMinutes(Option("--minutes=", 10));
var scale = Option("--scale=", 1);
const string resultsFolder = "artifacts/benchmarks";
Dictionary<string, Func<BenchmarkRun, CancellationToken, Task>> groups = new(StringComparer.Ordinal)
{
    ["actors"] = MessageRate.MeasureAsync,
    ["formats"] = FormatMeasurements.MeasureAsync,
    ["sandbox"] = SandboxCost.MeasureAsync,
    ["sandbox-leftovers"] = SandboxLeftovers.MeasureAsync,
    ["store"] = StoreMeasurements.MeasureAsync,
    ["verify"] = VerifyMeasurements.MeasureAsync,
    ["optimise"] = OptimiseMeasurements.MeasureAsync,
    ["collect"] = CollectMeasurements.MeasureAsync,
    ["lookup"] = LookUpMeasurements.MeasureAsync,
    ["copy"] = CopyMeasurements.MeasureAsync,
    ["cache-server"] = CacheServerMeasurements.MeasureAsync,
    ["crash"] = CrashMeasurements.MeasureAsync,
    ["scheduling"] = SchedulerDecisions.MeasureAsync,
    ["farm"] = TrivialBuilds.MeasureAsync,
    ["daemon"] = DaemonMeasurements.MeasureAsync,
    ["storm"] = (run, ct) => StormMeasurement.MeasureAsync(run, stormDuration, ct),
};

// Crash and storm compare nothing, and last: they are run when asked for by name. The others last up to three minutes each.
string[] compared = [.. groups.Keys.Except(["crash", "storm"])];
string[] named = [.. args.Where(argument => !argument.StartsWith("--", StringComparison.Ordinal))];
string[] wanted = named switch
{
    [] or [quick] => ["actors", "formats", "sandbox", "scheduling", "farm", "verify"],
    [all] => compared,
    _ => named,
};
foreach (var name in wanted.Where(name => !groups.ContainsKey(name)))
{
    await Console.Error.WriteLineAsync(
        $"'{name}' is no group: give some of {string.Join(", ", groups.Keys)}, or {quick} or {all}."
    );
    return 1;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var nix = await RealNix.FindAsync(stop.Token);
await Console.Error.WriteLineAsync(
    nix is null
        ? "Real Nix is not installed, so there is nothing to compare with; on Debian, install nix-bin."
        : $"Compared with {nix.Version}. A ratio above 1 means that Farm is ahead."
);
try
{
    foreach (var name in wanted)
    {
        var sheet = new FigureSheet(name);
        await groups[name](new BenchmarkRun(sheet, nix, scale), stop.Token);
        sheet.Print(Console.Out);
        await sheet.WriteAsync(resultsFolder, nix?.Version, stop.Token);
    }
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped; groups that were complete are written.");
    return 130;
}
return 0;

double Option(string name, double fallback) =>
    args.LastOrDefault(argument => argument.StartsWith(name, StringComparison.Ordinal)) is { } given
        ? double.Parse(given[name.Length..], CultureInfo.InvariantCulture)
        : fallback;
