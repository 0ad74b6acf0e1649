using Farm.Daemon.Building;
using Farm.Store.Wire;

namespace Farm.Daemon.Serving;

/// <summary>For clients that cannot be told anything while they wait.</summary>
internal sealed class NoLog : IClientLog
{
    private ulong _last;

    public static NoLog Instance { get; } = new();

    public ulong NextActivity() => Interlocked.Increment(ref _last);

    public ValueTask SendAsync(LogFrame frame, CancellationToken ct) => ValueTask.CompletedTask;
}
