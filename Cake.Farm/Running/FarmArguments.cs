using System.Globalization;

namespace Cake.Farm.Running;

/// <summary>Settings as arguments of the program <c>farm</c>.</summary>
internal static class FarmArguments
{
    /// <summary>Where the coordinator is when nothing names one.</summary>
    public const string DefaultCoordinator = "http://127.0.0.1:7410";

    public static List<string> Build(IEnumerable<string> drvs, FarmBuildSettings settings, string coordinator)
    {
        List<string> arguments = ["build", "--json", "--coordinator", coordinator];
        if (settings.OutLink is { } link)
        {
            arguments.AddRange(["--out-link", link.FullPath]);
        }
        else
        {
            arguments.Add("--no-out-link");
        }
        if (settings.From is { } from)
        {
            arguments.AddRange(["--from", from.FullPath]);
        }
        if (settings.KeepGoing)
        {
            arguments.Add("--keep-going");
        }
        if (settings.Priority != 0)
        {
            arguments.AddRange(["--priority", settings.Priority.ToString(CultureInfo.InvariantCulture)]);
        }
        if (settings.Timeout is { } timeout)
        {
            arguments.AddRange(["--timeout", Seconds(timeout)]);
        }
        if (settings.MaxSilentTime is { } silent)
        {
            arguments.AddRange(["--max-silent-time", Seconds(silent)]);
        }
        if (settings.MaxLogSize is { } bytes)
        {
            arguments.AddRange(["--max-log-size", bytes.ToString(CultureInfo.InvariantCulture)]);
        }
        if (settings.KeepFailed)
        {
            arguments.Add("--keep-failed");
        }
        if (settings.Check)
        {
            arguments.Add("--check");
        }
        if (settings.Repair)
        {
            arguments.Add("--repair");
        }
        arguments.AddRange(drvs);
        return arguments;
    }

    public static List<string> Copy(IEnumerable<string> paths, FarmCopySettings settings, string coordinator)
    {
        List<string> arguments = ["store", "copy", "--from", settings.From ?? coordinator];
        if (settings.To is { } to)
        {
            arguments.AddRange(["--to", to]);
        }
        if (settings.WithoutReferences)
        {
            arguments.Add("--no-recursive");
        }
        if (settings.WithoutSignatures)
        {
            arguments.Add("--no-check-sigs");
        }
        arguments.AddRange(paths);
        return arguments;
    }

    public static List<string> Up(FarmUpSettings settings)
    {
        List<string> arguments = ["up", "--workers", Text(settings.Workers), "--listen", settings.Listen];
        if (settings.Slots is { } slots)
        {
            arguments.AddRange(["--slots", Text(slots)]);
        }
        if (settings.DataDirectory is { } directory)
        {
            arguments.AddRange(["--data-dir", directory.FullPath]);
        }
        foreach (var setting in settings.Set)
        {
            arguments.AddRange(["--set", setting]);
        }
        return arguments;
    }

    public static List<string> Wait(FarmUpSettings settings) =>
        [
            "status",
            "--wait",
            "--workers",
            Text(settings.Workers),
            "--timeout",
            Seconds(settings.Patience),
            "--coordinator",
            $"http://{settings.Listen}",
        ];

    public static List<string> Status(string coordinator) => ["status", "--json", "--coordinator", coordinator];

    public static List<string> Log(string drv, string coordinator) => ["log", "--coordinator", coordinator, drv];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}
