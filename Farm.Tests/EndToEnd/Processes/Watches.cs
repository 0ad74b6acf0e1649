using System.Globalization;

namespace Farm.Tests.EndToEnd.Processes;

/// <summary>What a process has the kernel watch for it.</summary>
internal static class Watches
{
    /// <summary>How many files and directories it watches.</summary>
    public static int Count(int process)
    {
        var descriptors = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fdinfo");
        return Directory.EnumerateFiles(descriptors).Sum(OfDescriptor);
    }

    private static int OfDescriptor(string info)
    {
        try
        {
            return File.ReadLines(info).Count(line => line.StartsWith("inotify ", StringComparison.Ordinal));
        }
        catch (FileNotFoundException)
        {
            return 0; // closed in between
        }
    }
}
