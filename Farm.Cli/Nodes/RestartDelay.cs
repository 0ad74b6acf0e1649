namespace Farm.Cli.Nodes;

/// <summary>How long to wait before a node that died is started again.</summary>
/// <remarks>One second at first, doubling up to thirty; a node that ran for a minute counts as healthy and begins anew.</remarks>
public static class RestartDelay
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>A node that ran at least this long did not die of its start.</summary>
    public static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);

    /// <param name="previous">The delay before the run that just ended; zero for the first run.</param>
    /// <param name="ran">How long that run lasted.</param>
    public static TimeSpan After(TimeSpan previous, TimeSpan ran)
    {
        if (ran >= Healthy || previous <= TimeSpan.Zero)
        {
            return First;
        }
        var doubled = previous * 2;
        return doubled < Longest ? doubled : Longest;
    }
}
