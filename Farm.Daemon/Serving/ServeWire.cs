using System.Collections.Immutable;
using Farm.Daemon.Building;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Roots;
using Farm.Store.Wire;

namespace Farm.Daemon.Serving;

/// <summary>What of the serve protocol is laid out otherwise than in the worker protocol.</summary>
public static class ServeWire
{
    /// <summary>What is recorded of a path, without the path.</summary>
    /// <remarks>Shape: deriver, references, size to download (the archive's here), size of the archive; from 2.4 on its hash with
    /// <c>sha256:</c> and base-32, content address, signatures.</remarks>
    public static void WriteServeInfo(this WireWriter writer, StoreDir storeDir, ProtocolVersion version, PathInfo info)
    {
        writer.WriteOptionalPath(storeDir, info.Deriver);
        writer.WritePaths(storeDir, info.References);
        writer.WriteSize(info.NarSizeBytes);
        writer.WriteSize(info.NarSizeBytes);
        if (!version.IsAtLeast(4))
            return;
        writer.WriteText(info.NarHash.ToHash().Print(HashFormat.Nix32));
        writer.WriteText(info.ContentAddress?.ToString() ?? "");
        writer.WriteTexts(info.Signatures);
    }

    /// <summary>What a client sets for its builds.</summary>
    /// <remarks>Shape: longest silence, longest run, in seconds; from 2.2 on the largest log; from 2.3 on two numbers that count for
    /// nothing; from 2.7 on whether failed builds are kept. Such builds use no substituters.</remarks>
    public static async ValueTask<ClientSettings> ReadServeOptionsAsync(
        this WireReader reader,
        ServeTerms.Agreed terms,
        StoreHolds? holds,
        CancellationToken ct
    )
    {
        var silent = await reader.ReadSizeAsync("the longest silence", ct).ConfigureAwait(false);
        var timeout = await reader.ReadSizeAsync("the longest run", ct).ConfigureAwait(false);
        var overrides = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        overrides["timeout"] = Number(timeout);
        if (terms.Version.IsAtLeast(2))
        {
            var log = await reader.ReadSizeAsync("the largest log", ct).ConfigureAwait(false);
            overrides["max-build-log-size"] = Number(log);
        }
        if (terms.Version.IsAtLeast(3))
        {
            if (await reader.ReadNumberAsync(ct).ConfigureAwait(false) != 0)
                throw new ServeException("client requested repeating builds, but this is not currently implemented");
            await reader.ReadNumberAsync(ct).ConfigureAwait(false);
        }
        var keepsFailed = terms.Version.IsAtLeast(7) && await reader.ReadBoolAsync(ct).ConfigureAwait(false);
        return new ClientSettings
        {
            IsTrusted = terms.IsTrusted,
            KeepFailed = keepsFailed,
            MaxSilentTime = TimeSpan.FromSeconds(Math.Min(silent, uint.MaxValue)),
            Substitute = false,
            Holds = holds,
            Overrides = overrides.ToImmutable(),
        };
    }

    /// <summary>How a build ended.</summary>
    /// <remarks>Shape: status, message; from 2.3 on times built, determinism, start, stop; then outputs: from 2.8 on by name, path and
    /// signatures, from 2.6 on an identifier and JSON.</remarks>
    public static void WriteServeResult(
        this WireWriter writer,
        StoreDir storeDir,
        ProtocolVersion version,
        BuildResult result
    )
    {
        writer.WriteNumber((ulong)result.Status);
        writer.WriteText(result.ErrorMessage);
        if (version.IsAtLeast(3))
        {
            writer.WriteNumber(result.TimesBuilt);
            writer.WriteBool(result.IsNonDeterministic);
            writer.WriteTime(result.StartTime);
            writer.WriteTime(result.StopTime);
        }
        if (!version.IsAtLeast(6))
            return;
        writer.WriteNumber((ulong)result.BuiltOutputs.Count);
        foreach (var (name, output) in result.BuiltOutputs)
        {
            if (version.IsAtLeast(8))
            {
                writer.WriteText(name);
                writer.WritePath(storeDir, output.OutPath);
                writer.WriteTexts(output.Signatures);
            }
            else
            {
                writer.WriteText(output.Id.ToString());
                writer.WriteText(RealisationJson.Print(output));
            }
        }
    }

    /// <summary>A path that is to be added, with the size of the archive that follows.</summary>
    /// <remarks>Shape: path, deriver, hash of the archive in hex, references, time, size, whether it was built there, signatures, content address.</remarks>
    public static async ValueTask<PathInfo> ReadServeAdditionAsync(
        this WireReader reader,
        StoreDir storeDir,
        CancellationToken ct
    )
    {
        var path = await reader.ReadPathAsync(storeDir, ct).ConfigureAwait(false);
        var deriver = await reader.ReadOptionalPathAsync(storeDir, ct).ConfigureAwait(false);
        var hash = Hash.Parse(await reader.ReadTextAsync(ct).ConfigureAwait(false), HashAlgorithm.Sha256);
        var references = await reader.ReadPathsAsync(storeDir, ct).ConfigureAwait(false);
        await reader.ReadNumberAsync(ct).ConfigureAwait(false);
        var size = await reader.ReadSizeAsync("the size of an archive", ct).ConfigureAwait(false);
        await reader.ReadNumberAsync(ct).ConfigureAwait(false);
        var signatures = await reader.ReadTextsAsync(ct).ConfigureAwait(false);
        var address = await reader.ReadTextAsync(ct).ConfigureAwait(false);
        return new PathInfo
        {
            Path = path,
            Deriver = deriver,
            NarHash = hash.ToSha256(),
            NarSizeBytes = size,
            References = references,
            Signatures = [.. signatures],
            ContentAddress = address.Length == 0 ? null : ContentAddress.Parse(address),
        };
    }

    private static string Number(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
