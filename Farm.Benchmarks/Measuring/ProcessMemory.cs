using System.Globalization;

namespace Farm.Benchmarks.Measuring;

/// <summary>How much memory processes use.</summary>
internal static class ProcessMemory
{
    private const string Share = "Pss:";
    private const int KibiByte = 1024;

    /// <summary>That of a process and all it has started that still run, in bytes; memory that several share counts once among them.</summary>
    /// <remarks>Source: <c>Pss</c> of <c>/proc/PID/smaps_rollup</c>, proc(5).</remarks>
    public static long OfTreeBytes(int process)
    {
        var ofAll = 0L;
        var left = new Stack<string>([Text(process)]);
        while (left.TryPop(out var one))
        {
            ofAll += OfOneBytes(one);
            foreach (var thread in Directory.GetDirectories($"/proc/{one}/task"))
            {
                foreach (var child in File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.TrimEntries))
                {
                    if (child.Length > 0)
                        left.Push(child);
                }
            }
        }
        return ofAll;
    }

    private static long OfOneBytes(string process)
    {
        var line = File.ReadLines($"/proc/{process}/smaps_rollup")
            .Single(line => line.StartsWith(Share, StringComparison.Ordinal));
        var number = line[Share.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.Parse(number, CultureInfo.InvariantCulture) * KibiByte;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
