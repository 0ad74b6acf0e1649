using System.Diagnostics;

namespace Farm.Actors.Cells;

/// <summary>What a parent knows of one child.</summary>
internal sealed class ChildStats(LocalActorRef child)
{
    private int _restarts;
    private long _windowStart;

    public LocalActorRef Child { get; } = child;
    public bool IsStopping { get; set; }

    /// <summary>Counts one restart, if it is allowed.</summary>
    /// <param name="limit">Restarts in the window; negative: any number.</param>
    /// <param name="windowMilliseconds">Zero or negative: the whole life.</param>
    public bool RequestRestart(int limit, int windowMilliseconds)
    {
        if (limit == 0)
            return false;
        if (windowMilliseconds <= 0)
            return limit < 0 || ++_restarts <= limit;
        var allowed = limit < 0 ? 1 : limit;
        var now = Stopwatch.GetTimestamp();
        var isInWindow =
            _restarts > 0 && Stopwatch.GetElapsedTime(_windowStart, now).TotalMilliseconds <= windowMilliseconds;
        if (!isInWindow)
            (_restarts, _windowStart) = (0, now);
        return ++_restarts <= allowed;
    }
}
