using Farm.Store;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Connections;

/// <summary>How a connection begins.</summary>
/// <remarks>Source: Nix's <c>libstore/worker-protocol-connection.cc</c>. An old client sends its version only once it has ours.</remarks>
internal static class WorkerHandshake
{
    private const byte MinorWithReserveSpace = 11;
    private const byte MinorWithAffinity = 14;
    private const byte MinorWithVersionText = 33;
    private const byte MinorWithTrust = 35;
    private const byte MinorWithFeatures = 38;
    private const ulong Trusted = 1;
    private const ulong NotTrusted = 2;

    /// <summary>Agrees on what is spoken.</summary>
    /// <returns>Null where the peer is no client, or too old, or has gone: the connection is then to be closed.</returns>
    /// <exception cref="NixFormatException">The client breaks a rule.</exception>
    public static async Task<ProtocolTerms?> RunAsync(
        WireReader reader,
        ConnectionOutput output,
        StoreDir storeDir,
        string versionText,
        bool isTrusted,
        CancellationToken ct
    )
    {
        if (await reader.TryReadNumberAsync(ct).ConfigureAwait(false) != HandshakeWire.ClientMagic)
            return null;
        output.Write(writer =>
        {
            writer.WriteNumber(HandshakeWire.DaemonMagic);
            writer.WriteNumber(ProtocolVersion.NewestWorker.Number);
        });
        await output.FlushAsync(ct).ConfigureAwait(false);
        if (await reader.TryReadNumberAsync(ct).ConfigureAwait(false) is not { } number)
            return null;
        var version = ProtocolVersion.Older(ProtocolVersion.From(number), ProtocolVersion.NewestWorker);
        if (version.CompareTo(ProtocolVersion.OldestWorker) < 0)
            return null;
        var features = ProtocolFeatures.None;
        if (version.IsAtLeast(MinorWithFeatures))
        {
            var asked = await reader.ReadTextsAsync(ct).ConfigureAwait(false);
            output.Write(writer => writer.WriteTexts(ProtocolFeatureNames.Offered));
            await output.FlushAsync(ct).ConfigureAwait(false);
            features = ProtocolFeatureNames.Known(asked.Intersect(ProtocolFeatureNames.Offered));
        }
        if (version.IsAtLeast(MinorWithAffinity) && await reader.ReadBoolAsync(ct).ConfigureAwait(false))
            await reader.ReadNumberAsync(ct).ConfigureAwait(false); // Processors to run on; of no use any more.
        if (version.IsAtLeast(MinorWithReserveSpace))
            await reader.ReadBoolAsync(ct).ConfigureAwait(false);
        output.Write(writer =>
        {
            if (version.IsAtLeast(MinorWithVersionText))
                writer.WriteText(versionText);
            if (version.IsAtLeast(MinorWithTrust))
                writer.WriteNumber(isTrusted ? Trusted : NotTrusted);
            writer.WriteNumber(StderrFrame.Last);
        });
        await output.FlushAsync(ct).ConfigureAwait(false);
        return new(storeDir, version, features);
    }
}
