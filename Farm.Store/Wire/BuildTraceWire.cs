using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Store.Wire;

/// <summary>What outputs have come to, in a worker protocol that names derivations by their paths.</summary>
/// <remarks>Shape: a key is the path of the derivation and the name of the output; a value is the path and the signatures.</remarks>
public static class BuildTraceWire
{
    /// <exception cref="NixFormatException">It breaks a rule of the format.</exception>
    public static async ValueTask<(StorePath DrvPath, string OutputName)> ReadBuildTraceKeyAsync(
        this WireReader reader,
        StoreDir storeDir,
        CancellationToken ct
    )
    {
        var drvPath = await reader.ReadPathAsync(storeDir, ct).ConfigureAwait(false);
        if (!drvPath.IsDerivation)
            throw reader.Fault($"'{storeDir.Print(drvPath)}' is no derivation");
        var output = await reader.ReadTextAsync(ct).ConfigureAwait(false);
        return DerivationOutputId.IsName(output)
            ? (drvPath, output)
            : throw reader.Fault($"'{output}' is no name of an output");
    }

    /// <summary>Key and value.</summary>
    /// <exception cref="NixFormatException">It breaks a rule of the format.</exception>
    public static async ValueTask<BuildTraceEntry> ReadBuildTraceEntryAsync(
        this WireReader reader,
        StoreDir storeDir,
        CancellationToken ct
    )
    {
        var (drvPath, output) = await reader.ReadBuildTraceKeyAsync(storeDir, ct).ConfigureAwait(false);
        return new BuildTraceEntry
        {
            DrvPath = drvPath,
            OutputName = output,
            OutPath = await reader.ReadPathAsync(storeDir, ct).ConfigureAwait(false),
            Signatures = [.. await reader.ReadTextsAsync(ct, SignatureText.MaxLength).ConfigureAwait(false)],
        };
    }

    /// <summary>The value alone.</summary>
    public static void WriteBuildTraceValue(this WireWriter writer, StoreDir storeDir, BuildTraceEntry entry)
    {
        writer.WritePath(storeDir, entry.OutPath);
        writer.WriteTexts(entry.Signatures);
    }
}
