using System.Globalization;
using Farm.Cli.Terminals;

namespace Farm.Cli.Progress;

/// <summary>Progress of an operation on a store in one line: counts, bytes, rate, and how long it will take.</summary>
/// <remarks>Shape: <c>checking ━━━━━─────  120/500 paths  1.2 GiB of 4.0 GiB  310.0 MiB/s  9.1 s left</c>.</remarks>
public static class WorkLine
{
    private const int BarWidth = 30;
    private const int ShortestBar = 8;

    /// <summary>Below this a rate is a guess.</summary>
    private static readonly TimeSpan s_rateAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>For a terminal: with a bar, and no wider than <paramref name="width"/> columns.</summary>
    /// <param name="progress">What is known.</param>
    /// <param name="elapsed">Since this part of the work began.</param>
    /// <param name="width">Columns of the terminal.</param>
    public static string Live(WorkProgress progress, TimeSpan elapsed, int width)
    {
        var facts = Facts(progress, elapsed);
        if (progress.Part is not { } part)
        {
            return Clip($"{progress.Verb} {facts}", width);
        }
        var barWidth = Math.Min(BarWidth, width - progress.Verb.Length - facts.Length - 3);
        if (barWidth < ShortestBar)
        {
            return Clip($"{progress.Verb} {facts}", width);
        }
        var filled = (int)(barWidth * part);
        return $"{progress.Verb} {new string('━', filled)}{new string('─', barWidth - filled)}  {facts}";
    }

    /// <summary>For a file or a pipe.</summary>
    public static string Plain(WorkProgress progress, TimeSpan elapsed) =>
        $"{progress.Verb} {Facts(progress, elapsed)}";

    private static string Facts(WorkProgress progress, TimeSpan elapsed)
    {
        var facts = new List<string>
        {
            progress.Total is { } total
                ? string.Create(CultureInfo.InvariantCulture, $"{progress.Done}/{total} {progress.Unit}")
                : string.Create(CultureInfo.InvariantCulture, $"{progress.Done} {progress.Unit}"),
        };
        if (progress.TotalBytes is { } bytes)
        {
            facts.Add($"{ByteText.Of(progress.DoneBytes)} of {ByteText.Of(bytes)}");
        }
        else if (progress.DoneBytes > 0)
        {
            facts.Add(ByteText.Of(progress.DoneBytes));
        }
        if (elapsed >= s_rateAfter && progress.DoneBytes > 0)
        {
            facts.Add($"{ByteText.Of((long)(progress.DoneBytes / elapsed.TotalSeconds))}/s");
        }
        if (elapsed >= s_rateAfter && progress.Part is > 0 and < 1 and var part)
        {
            facts.Add($"{DurationText.Of(elapsed / part - elapsed)} left");
        }
        return string.Join("  ", facts);
    }

    private static string Clip(string text, int width) =>
        text.Length <= width ? text
        : width <= 1 ? text[..Math.Max(0, width)]
        : $"{text[..(width - 1)]}…";
}
