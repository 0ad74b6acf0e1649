using System.Globalization;
using Farm.Cli.Settings;

namespace Farm.Cli;

/// <summary>Keeps the details of a fault of the program for whoever will look into it.</summary>
internal static class FaultFile
{
    /// <returns>Where the details are; null when they could not be written.</returns>
    public static string? TryWrite(Exception error, TimeProvider clock)
    {
        try
        {
            var directory = Directory.CreateDirectory(Path.Combine(DataDirectory.OfProcess(), "faults"));
            var time = clock.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
            var file = Path.Combine(directory.FullName, $"{time}-{Environment.ProcessId}.txt");
            File.WriteAllText(file, $"{error}\n");
            return file;
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
