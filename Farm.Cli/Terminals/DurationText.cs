using System.Globalization;

namespace Farm.Cli.Terminals;

/// <summary>Durations as people read them: <c>7 s</c>, <c>3:05</c>, <c>2:00:09</c>; below ten seconds with a tenth.</summary>
public static class DurationText
{
    public static string Of(TimeSpan duration)
    {
        var time = duration < TimeSpan.Zero ? TimeSpan.Zero : duration;
        return time switch
        {
            { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
            { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalSeconds} s"),
            { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}"),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}"
            ),
        };
    }
}
