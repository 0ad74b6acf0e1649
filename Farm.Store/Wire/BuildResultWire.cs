using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Store.Wire;

/// <summary>Build results in the worker protocol.</summary>
/// <remarks>Shape: status, message; from 1.29 on times built, determinism, start, stop; from 1.37 on user and system time, each
/// 0 or 1 and microseconds; then the outputs: with the feature by name, path and signatures, else from 1.28 on an identifier and JSON.</remarks>
public static class BuildResultWire
{
    /// <exception cref="NixFormatException">It breaks a rule of the format.</exception>
    public static async ValueTask<BuildResult> ReadBuildResultAsync(
        this WireReader reader,
        ProtocolTerms terms,
        CancellationToken ct
    )
    {
        var status = await reader.ReadSmallAsync("a build status", ct).ConfigureAwait(false);
        if (status > (uint)BuildStatus.NoSubstituters)
            throw reader.Fault($"no build status is {status}");
        var result = new BuildResult
        {
            Status = (BuildStatus)status,
            ErrorMessage = (
                await reader.ReadBytesAsync(WireLimits.MaxContentsBytes, ct).ConfigureAwait(false)
            ).ToString(),
        };
        if (terms.IsAtLeast(29))
        {
            result = result with
            {
                TimesBuilt = await reader.ReadNumberAsync(ct).ConfigureAwait(false),
                IsNonDeterministic = await reader.ReadBoolAsync(ct).ConfigureAwait(false),
                StartTime = await reader.ReadTimeAsync(ct).ConfigureAwait(false),
                StopTime = await reader.ReadTimeAsync(ct).ConfigureAwait(false),
            };
        }
        if (terms.IsAtLeast(37))
        {
            result = result with
            {
                CpuUser = await DurationAsync(reader, ct).ConfigureAwait(false),
                CpuSystem = await DurationAsync(reader, ct).ConfigureAwait(false),
            };
        }
        if (!terms.NamesRealisationsByPath && !terms.IsAtLeast(28))
            return result;
        var outputs = result.BuiltOutputs.ToBuilder();
        var count = await reader.ReadCountAsync("outputs", ct).ConfigureAwait(false);
        for (var i = 0; i < count; i++)
        {
            var output = terms.NamesRealisationsByPath
                ? await NamedAsync(reader, terms.StoreDir, ct).ConfigureAwait(false)
                : await IdentifiedAsync(reader, ct).ConfigureAwait(false);
            outputs[output.Id.OutputName] = output;
        }
        return result with { BuiltOutputs = outputs.ToImmutable() };
    }

    public static void WriteBuildResult(this WireWriter writer, ProtocolTerms terms, BuildResult result)
    {
        writer.WriteNumber((ulong)result.Status);
        writer.WriteText(result.ErrorMessage);
        if (terms.IsAtLeast(29))
        {
            writer.WriteNumber(result.TimesBuilt);
            writer.WriteBool(result.IsNonDeterministic);
            writer.WriteTime(result.StartTime);
            writer.WriteTime(result.StopTime);
        }
        if (terms.IsAtLeast(37))
        {
            Write(writer, result.CpuUser);
            Write(writer, result.CpuSystem);
        }
        if (!terms.NamesRealisationsByPath && !terms.IsAtLeast(28))
            return;
        writer.WriteNumber((ulong)result.BuiltOutputs.Count);
        foreach (var (name, output) in result.BuiltOutputs)
        {
            if (terms.NamesRealisationsByPath)
            {
                writer.WriteText(name);
                writer.WritePath(terms.StoreDir, output.OutPath);
                writer.WriteTexts(output.Signatures);
            }
            else
            {
                writer.WriteText(output.Id.ToString());
                writer.WriteText(RealisationJson.Print(output));
            }
        }
    }

    public static void WriteKeyedBuildResult(this WireWriter writer, ProtocolTerms terms, KeyedBuildResult result)
    {
        writer.WriteDerivedPath(terms, result.Wanted);
        writer.WriteBuildResult(terms, result.Result);
    }

    /// <exception cref="NixFormatException">It breaks a rule of the format.</exception>
    public static async ValueTask<KeyedBuildResult> ReadKeyedBuildResultAsync(
        this WireReader reader,
        ProtocolTerms terms,
        CancellationToken ct
    )
    {
        var wanted = await reader.ReadDerivedPathAsync(terms, ct).ConfigureAwait(false);
        return new(wanted, await reader.ReadBuildResultAsync(terms, ct).ConfigureAwait(false));
    }

    /// <summary>Seconds since 1970; 0 for null.</summary>
    public static void WriteTime(this WireWriter writer, DateTimeOffset? time) =>
        writer.WriteSize(Math.Max(0, time?.ToUnixTimeSeconds() ?? 0));

    /// <summary>As <see cref="WriteTime"/> wrote it; null for 0.</summary>
    /// <exception cref="NixFormatException">It is no time that there is.</exception>
    public static async ValueTask<DateTimeOffset?> ReadTimeAsync(this WireReader reader, CancellationToken ct)
    {
        var seconds = await reader.ReadSizeAsync("a time", ct).ConfigureAwait(false);
        if (seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            throw reader.Fault($"a time is {seconds} seconds after 1970, which is too late");
        return seconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds);
    }

    private static void Write(WireWriter writer, TimeSpan? duration)
    {
        writer.WriteBool(duration is not null);
        if (duration is { } known)
            writer.WriteSize(known.Ticks / TimeSpan.TicksPerMicrosecond);
    }

    private static async ValueTask<TimeSpan?> DurationAsync(WireReader reader, CancellationToken ct)
    {
        switch (await reader.ReadSmallAsync("a mark", ct).ConfigureAwait(false))
        {
            case 0:
                return null;
            case 1:
                var microseconds = await reader.ReadSizeAsync("a duration", ct).ConfigureAwait(false);
                return microseconds <= TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond
                    ? TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond)
                    : throw reader.Fault($"a duration of {microseconds} microseconds is too long");
            case var other:
                throw reader.Fault($"{other} stands where 0 (nothing) or 1 (something) must be");
        }
    }

    private static async ValueTask<Realisation> NamedAsync(WireReader reader, StoreDir storeDir, CancellationToken ct)
    {
        var name = await reader.ReadTextAsync(ct).ConfigureAwait(false);
        return new Realisation
        {
            Id = UnknownId(name),
            OutPath = await reader.ReadPathAsync(storeDir, ct).ConfigureAwait(false),
            Signatures = [.. await reader.ReadTextsAsync(ct, SignatureText.MaxLength).ConfigureAwait(false)],
        };
    }

    private static async ValueTask<Realisation> IdentifiedAsync(WireReader reader, CancellationToken ct)
    {
        var id = DerivationOutputId.Parse(await reader.ReadTextAsync(ct).ConfigureAwait(false));
        var json = await reader.ReadBytesAsync(RealisationJson.MaxBytes, ct).ConfigureAwait(false);
        return RealisationJson.Parse(json.Memory) with { Id = id };
    }

    /// <summary>An output of a derivation whose hash is not known.</summary>
    public static DerivationOutputId UnknownId(string outputName) => new(Hash.Zero(HashAlgorithm.Sha256), outputName);
}
