using Farm.Daemon.Building;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Farm.Store.Wire;
using Farm.Worker.Recursive;

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
    private readonly StoreHolds _holds = new(parts.Store.TempRoots);

    public DaemonParts Parts => parts;
    public LocalStore Store => parts.Store;
    public StoreDir StoreDir => parts.Store.StoreDir;
    public WireReader Reader => reader;
    public ConnectionOutput Output => output;
    public ProtocolTerms Terms => terms;
    public bool IsTrusted => isTrusted;

    /// <summary>What a builder sees of the store; null for a client that sees all of it.</summary>
    public VisiblePaths? Visible { get; init; }

    public ConnectionLog Log { get; } = new(output, terms.Version);

    /// <summary>What the client has set so far.</summary>
    public ClientSettings Settings { get; set; } = new() { IsTrusted = isTrusted };

    /// <summary>What stays until the connection ends, or the build does whose builder this is.</summary>
    public StoreHolds Holds => Visible?.Holds ?? _holds;

    /// <summary>What the client sees of a path; null where it is not valid, or not visible.</summary>
    /// <remarks>A builder is told nothing that depends on how the path came here, as with Nix's <c>RestrictedStore</c>.</remarks>
    public async Task<PathInfo?> QueryAsync(StorePath path, CancellationToken ct)
    {
        if (!Sees(path))
            return null;
        var info = await Store.QueryAsync(path, ct).ConfigureAwait(false);
        return Visible is null || info is null
            ? info
            : info with
            {
                Deriver = null,
                RegistrationTime = DateTimeOffset.UnixEpoch,
                IsUltimate = false,
                Signatures = [],
            };
    }

    public bool Sees(StorePath path) => Visible?.Contains(path) ?? true;

    /// <exception cref="DaemonException">The client does not see the path.</exception>
    /// <param name="verb">What it wants to do with it.</param>
    public void RequireVisible(StorePath path, string verb)
    {
        if (!Sees(path))
            throw new DaemonException($"cannot {verb} unknown path '{StoreDir.Print(path)}' in recursive Nix");
    }

    public void Dispose() => _holds.Dispose();
}
