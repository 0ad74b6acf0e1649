using Farm.Daemon.Building;
using Farm.Store.Wire;

namespace Farm.Daemon.Connections;

/// <summary>Tells one client what is going on, in frames of its protocol version.</summary>
internal sealed class ConnectionLog(ConnectionOutput output, ProtocolVersion version) : IClientLog
{
    /// <summary>Numbers of different processes differ, as those of Nix do: a client shows its own and ours together.</summary>
    private ulong _last = (ulong)Environment.ProcessId << 32;

    /// <summary>Texts of a higher level are not sent.</summary>
    public Verbosity Verbosity { get; set; } = Verbosity.Info;

    public ulong NextActivity() => Interlocked.Increment(ref _last);

    public ValueTask SendAsync(LogFrame frame, CancellationToken ct) =>
        frame is LogFrame.Line line && line.Level > Verbosity ? default : output.LogAsync(version, frame, ct);
}
