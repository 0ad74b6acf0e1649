using System.Diagnostics;

namespace Farm.Tests.EndToEnd.Processes;

/// <summary>The program <c>farm</c>: the published one that <c>FARM_PROGRAM</c> names, else the one built beside these tests.</summary>
internal static class ProgramUnderTest
{
    /// <summary>Environment variable with the path of the published program.</summary>
    private const string Variable = "FARM_PROGRAM";

    /// <summary>How to start it with these arguments, all three streams redirected, and nothing of the caller's settings.</summary>
    /// <param name="directory">Its home and working directory.</param>
    public static ProcessStartInfo Start(string directory, IReadOnlyList<string> arguments)
    {
        var published = Environment.GetEnvironmentVariable(Variable);
        var start = string.IsNullOrEmpty(published)
            ? new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "farm.dll"), .. arguments])
            : new ProcessStartInfo(published, arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = directory;
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("FARM_", StringComparison.Ordinal)))
            start.Environment.Remove(name);
        start.Environment["HOME"] = directory;
        start.Environment.Remove("XDG_STATE_HOME");
        return start;
    }
}
