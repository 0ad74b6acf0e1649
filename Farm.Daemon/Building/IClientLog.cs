using Farm.Store.Wire;

namespace Farm.Daemon.Building;

/// <summary>Tells a client what is going on while it waits. May be used by many at once.</summary>
public interface IClientLog
{
    /// <summary>A number for an activity, which no other of this client has.</summary>
    ulong NextActivity();

    /// <summary>Sends the frame after those that were sent before. Waits where the client is slow to read; a client that is gone
    /// hears nothing, which is no fault here.</summary>
    ValueTask SendAsync(LogFrame frame, CancellationToken ct);
}
