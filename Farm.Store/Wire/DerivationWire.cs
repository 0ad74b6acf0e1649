using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Wire;

/// <summary>Derived paths, and derivations without their input derivations, on the wire.</summary>
/// <remarks>Shape of a basic derivation: outputs (name, path, method with algorithm, hash), input sources, platform, builder,
/// arguments, environment. Source: Nix manual, "Store derivation"; Nix's <c>readDerivation(Source &amp;)</c>.</remarks>
public static class DerivationWire
{
    /// <exception cref="NixFormatException">It is no derived path of the store directory.</exception>
    public static async ValueTask<DerivedPath> ReadDerivedPathAsync(
        this WireReader reader,
        ProtocolTerms terms,
        CancellationToken ct
    )
    {
        var text = await reader.ReadTextAsync(ct, WireLimits.MaxPathBytes).ConfigureAwait(false);
        return DerivedPath.Parse(terms.StoreDir, text, isBareDerivationBuilt: !terms.IsAtLeast(30));
    }

    /// <summary>A list, in the order it comes in.</summary>
    public static async ValueTask<ImmutableArray<DerivedPath>> ReadDerivedPathsAsync(
        this WireReader reader,
        ProtocolTerms terms,
        CancellationToken ct
    )
    {
        var count = await reader.ReadCountAsync("derived paths", ct).ConfigureAwait(false);
        var paths = ImmutableArray.CreateBuilder<DerivedPath>();
        for (var i = 0; i < count; i++)
            paths.Add(await reader.ReadDerivedPathAsync(terms, ct).ConfigureAwait(false));
        return paths.DrainToImmutable();
    }

    /// <exception cref="NixFormatException">The version has no text for it.</exception>
    public static void WriteDerivedPath(this WireWriter writer, ProtocolTerms terms, DerivedPath path) =>
        writer.WriteText(terms.IsAtLeast(30) ? path.Print(terms.StoreDir) : path.PrintLegacy(terms.StoreDir));

    public static void WriteDerivedPaths(
        this WireWriter writer,
        ProtocolTerms terms,
        IReadOnlyCollection<DerivedPath> paths
    )
    {
        writer.WriteNumber((ulong)paths.Count);
        foreach (var path in paths)
            writer.WriteDerivedPath(terms, path);
    }

    /// <summary>What the build mode's number stands for.</summary>
    /// <exception cref="NixFormatException">Nothing.</exception>
    public static async ValueTask<BuildMode> ReadBuildModeAsync(this WireReader reader, CancellationToken ct)
    {
        var mode = await reader.ReadSmallAsync("a build mode", ct).ConfigureAwait(false);
        return mode <= (uint)BuildMode.Check ? (BuildMode)mode : throw reader.Fault($"no build mode is {mode}");
    }

    /// <param name="reader">Where it comes from.</param>
    /// <param name="storeDir">What its paths begin with.</param>
    /// <param name="name">Its name, which follows from the path that it is said to have.</param>
    /// <param name="ct">Stops.</param>
    /// <exception cref="NixFormatException">It breaks a rule of derivations.</exception>
    public static async ValueTask<Derivation> ReadBasicDerivationAsync(
        this WireReader reader,
        StoreDir storeDir,
        StorePathName name,
        CancellationToken ct
    )
    {
        var outputs = ImmutableSortedDictionary.CreateBuilder<string, DerivationOutput>(StringComparer.Ordinal);
        var count = await reader.ReadCountAsync("outputs", ct).ConfigureAwait(false);
        for (var i = 0; i < count; i++)
        {
            var outputName = await reader.ReadTextAsync(ct).ConfigureAwait(false);
            var path = await reader.ReadBytesAsync(WireLimits.MaxPathBytes, ct).ConfigureAwait(false);
            var method = await reader.ReadBytesAsync(WireLimits.MaxTextBytes, ct).ConfigureAwait(false);
            var hash = await reader.ReadBytesAsync(WireLimits.MaxTextBytes, ct).ConfigureAwait(false);
            var output = OutputFields.From(storeDir, name, outputName, path.Span, method.Span, hash.Span, at: 0);
            if (!outputs.TryAdd(outputName, output))
                throw reader.Fault($"the derivation '{name}' has two outputs '{outputName}'");
        }
        return new Derivation
        {
            Name = name,
            Outputs = outputs.ToImmutable(),
            InputSources = await reader.ReadPathsAsync(storeDir, ct).ConfigureAwait(false),
            Platform = await reader.ReadBytesAsync(WireLimits.MaxTextBytes, ct).ConfigureAwait(false),
            Builder = await reader.ReadBytesAsync(WireLimits.MaxTextBytes, ct).ConfigureAwait(false),
            Args = await ArgsAsync(reader, ct).ConfigureAwait(false),
            Env = await EnvAsync(reader, ct).ConfigureAwait(false),
        };
    }

    /// <summary>Writes all but the input derivations.</summary>
    public static void WriteBasicDerivation(this WireWriter writer, StoreDir storeDir, Derivation derivation)
    {
        writer.WriteNumber((ulong)derivation.Outputs.Count);
        foreach (var (name, output) in derivation.Outputs)
        {
            var (path, method, hash) = OutputFields.Of(storeDir, output);
            writer.WriteText(name);
            writer.WriteText(path);
            writer.WriteText(method);
            writer.WriteText(hash);
        }
        writer.WritePaths(storeDir, derivation.InputSources);
        writer.WriteBytes(derivation.Platform.Span);
        writer.WriteBytes(derivation.Builder.Span);
        writer.WriteNumber((ulong)derivation.Args.Count);
        foreach (var arg in derivation.Args)
            writer.WriteBytes(arg.Span);
        writer.WriteNumber((ulong)derivation.Env.Count);
        foreach (var (name, value) in derivation.Env)
        {
            writer.WriteBytes(name.Span);
            writer.WriteBytes(value.Span);
        }
    }

    private static async ValueTask<ImmutableList<ByteString>> ArgsAsync(WireReader reader, CancellationToken ct)
    {
        var count = await reader.ReadCountAsync("arguments", ct).ConfigureAwait(false);
        var args = ImmutableList.CreateBuilder<ByteString>();
        for (var i = 0; i < count; i++)
            args.Add(await reader.ReadBytesAsync(WireLimits.MaxContentsBytes, ct).ConfigureAwait(false));
        return args.ToImmutable();
    }

    private static async ValueTask<ImmutableSortedDictionary<ByteString, ByteString>> EnvAsync(
        WireReader reader,
        CancellationToken ct
    )
    {
        var count = await reader.ReadCountAsync("variables", ct).ConfigureAwait(false);
        var env = ImmutableSortedDictionary.CreateBuilder<ByteString, ByteString>();
        for (var i = 0; i < count; i++)
        {
            var name = await reader.ReadBytesAsync(WireLimits.MaxTextBytes, ct).ConfigureAwait(false);
            env[name] = await reader.ReadBytesAsync(WireLimits.MaxContentsBytes, ct).ConfigureAwait(false);
        }
        return env.ToImmutable();
    }
}
