namespace Farm.Tests.Worker.Running;

/// <summary>Processes of the host by the user they run as.</summary>
internal static class BuildProcesses
{
    /// <summary>Ids of the processes whose real user is <paramref name="uid"/>.</summary>
    public static string[] Of(uint uid) =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Where(directory => char.IsAsciiDigit(Path.GetFileName(directory)[0]) && Uid(directory) == uid)
                .Select(directory => Path.GetFileName(directory)!),
        ];

    /// <summary>The nearest ancestor that runs as another user: PID 1 of the sandbox.</summary>
    public static int ParentOf(string process, uint uid)
    {
        var parent = ParentOf(int.Parse(process, System.Globalization.CultureInfo.InvariantCulture));
        while (Uid($"/proc/{parent}") == uid)
            parent = ParentOf(parent);
        return parent;
    }

    public static int ParentOf(int process) =>
        int.Parse(
            File.ReadLines($"/proc/{process}/status")
                .First(line => line.StartsWith("PPid:", StringComparison.Ordinal))
                .Split('\t')[1],
            System.Globalization.CultureInfo.InvariantCulture
        );

    private static uint? Uid(string directory)
    {
        try
        {
            var line = File.ReadLines(Path.Combine(directory, "status"))
                .First(line => line.StartsWith("Uid:", StringComparison.Ordinal));
            return uint.Parse(line.Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // It has ended meanwhile.
        }
    }
}
