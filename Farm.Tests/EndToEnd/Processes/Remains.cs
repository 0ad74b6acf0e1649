using System.Globalization;

namespace Farm.Tests.EndToEnd.Processes;

/// <summary>What is left of builds and nodes: processes, and files that no finished build leaves in a store.</summary>
internal static class Remains
{
    /// <summary>Processes that were started with a name, or that have something with it in its path mounted.</summary>
    /// <param name="name">A part of a path that no other path of the machine has.</param>
    /// <remarks>A builder in its sandbox names nothing outside, but its root is mounted from below the worker's data directory.</remarks>
    /// <returns>Process id and command line of each.</returns>
    public static IReadOnlyList<string> Processes(string name)
    {
        return
        [
            .. from process in Directory.EnumerateDirectories("/proc")
            where int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out _)
            let command = Read(process, "cmdline").Replace('\0', ' ')
            where
                command.Contains(name, StringComparison.Ordinal)
                || Read(process, "mountinfo").Contains(name, StringComparison.Ordinal)
            select $"{Path.GetFileName(process)}: {command}",
        ];
    }

    /// <summary>Entries of a store's directory that are neither paths in its database nor the folder of links.</summary>
    /// <param name="registered">Base names of the registered paths.</param>
    public static IReadOnlyList<string> StrayFiles(string storeDirectory, IReadOnlySet<string> registered) =>
        [
            .. Directory
                .EnumerateFileSystemEntries(storeDirectory)
                .Select(entry => Path.GetFileName(entry))
                .Where(name => name != ".links" && !registered.Contains(name)),
        ];

    private static string Read(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ""; // It ended while we looked.
        }
    }
}
