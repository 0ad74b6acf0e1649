using System.Collections.Immutable;
using Farm.Cli.Terminals;
using Farm.Protocol.Api;

namespace Farm.Cli.Progress;

/// <summary>Progress as a picture that is redrawn: what builds where, how long, and how much is left.</summary>
/// <remarks>Each line is Spectre.Console markup and no wider than the terminal.</remarks>
public static class LiveLines
{
    private const int BarWidth = 30;
    private const int ShortestBar = 8;
    private const int MostFailures = 5;

    /// <summary>Mark, phase and time, with the blanks between the columns.</summary>
    private const int OtherColumns = 2 + 2 + 2 + 15 + 2 + 8;

    /// <param name="state">What is known.</param>
    /// <param name="now">The coordinator's time, for the elapsed times.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="height">Lines that the picture may have; the steps that do not fit are counted.</param>
    /// <param name="notice">One more line at the end, plain text; null for none.</param>
    public static ImmutableArray<string> For(
        ProgressState state,
        DateTimeOffset now,
        int width,
        int height,
        string? notice = null
    )
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var failure in state.Failures.TakeLast(MostFailures))
        {
            var reason = failure.Status is StepStatus.Failed failed ? failed.Reason : "";
            lines.Add($"[red]{Fit($"failed {failure.Name}: {reason}", width)}[/]");
        }
        var fixedLines = lines.Count + (notice is null ? 1 : 2);
        var room = Math.Max(1, height - fixedLines);
        var shown = state.Running.Length <= room ? state.Running.Length : room - 1;
        var workers = state.Running.Select(step => WorkerOf(step).Length).DefaultIfEmpty(0).Max();
        var longest = state.Running.Select(step => step.Name.Length).DefaultIfEmpty(0).Max();
        var names = Math.Clamp(width - workers - OtherColumns, Math.Min(longest, 8), Math.Max(longest, 8));
        names = Math.Min(names, longest);
        foreach (var step in state.Running.Take(shown))
        {
            lines.Add(Row(step, now, names, workers, width));
        }
        if (shown < state.Running.Length)
        {
            lines.Add($"[grey]{Fit($"… and {state.Running.Length - shown} more", width)}[/]");
        }
        lines.Add(Summary(state, now, width));
        if (notice is not null)
        {
            lines.Add($"[yellow]{Fit(notice, width)}[/]");
        }
        return lines.ToImmutable();
    }

    private static string Row(StepSummary step, DateTimeOffset now, int names, int workers, int width)
    {
        var running = step.Status as StepStatus.Running;
        var elapsed = running is null ? "" : DurationText.Of(now - running.Since);
        var phase = running is null ? "" : PhaseText.Of(running.Phase);
        var text =
            $"{Clip(step.Name, names).PadRight(names)}  {WorkerOf(step).PadRight(workers)}  {phase, -15}  {elapsed, 8}";
        return $"[blue]●[/] {Fit(text, width - 2)}";
    }

    private static string Summary(ProgressState state, DateTimeOffset now, int width)
    {
        var counts = state.Counts;
        var total = Math.Max(1, counts.Total());
        var ended = counts.Done + counts.Failed + counts.DependencyFailed;
        var failed = counts.Failed + counts.DependencyFailed;
        var text =
            $" {ended}/{counts.Total()}  {counts.Running} running, {counts.Waiting + counts.Runnable} waiting, {counts.Done} done"
            + (failed == 0 ? "" : $", {failed} failed")
            + $"  {DurationText.Of(now - state.Build.CreatedAt)}";
        var barWidth = Math.Clamp(width - text.Length, ShortestBar, BarWidth);
        var filled = barWidth * ended / total;
        var bar =
            $"[{(failed == 0 ? "green" : "red")}]{new string('━', filled)}[/][grey]{new string('━', barWidth - filled)}[/]";
        return bar + Fit(text, width - barWidth);
    }

    private static string WorkerOf(StepSummary step) =>
        step.Status is StepStatus.Running running ? running.Worker.ToString() : "";

    /// <summary>Clips to the width and makes the text safe as markup.</summary>
    private static string Fit(string text, int width) => Escape(Clip(text.ReplaceLineEndings(" "), width));

    private static string Clip(string text, int width) =>
        text.Length <= width ? text
        : width <= 1 ? text[..Math.Max(0, width)]
        : $"{text[..(width - 1)]}…";

    private static string Escape(string text) =>
        text.Replace("[", "[[", StringComparison.Ordinal).Replace("]", "]]", StringComparison.Ordinal);
}
