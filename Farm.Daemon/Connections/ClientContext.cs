using Farm.Daemon.Building;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Farm.Store.Wire;

namespace Farm.Daemon.Connections;

/// <summary>One client's connection: what has been agreed on, what it has set, and what it keeps from the collector.</summary>
internal sealed class ClientContext(
    DaemonParts parts,
    WireReader reader,
    ConnectionOutput output,
    ProtocolTerms terms,
    bool isTrusted
) : IDisposable
{
    public DaemonParts Parts => parts;
    public LocalStore Store => parts.Store;
    public StoreDir StoreDir => parts.Store.StoreDir;
    public WireReader Reader => reader;
    public ConnectionOutput Output => output;
    public ProtocolTerms Terms => terms;
    public bool IsTrusted => isTrusted;
    public ConnectionLog Log { get; } = new(output, terms.Version);

    /// <summary>What the client has set so far.</summary>
    public ClientSettings Settings { get; set; } = new() { IsTrusted = isTrusted };

    /// <summary>What stays until the connection ends.</summary>
    public StoreHolds Holds { get; } = new(parts.Store.TempRoots);

    public void Dispose() => Holds.Dispose();
}
