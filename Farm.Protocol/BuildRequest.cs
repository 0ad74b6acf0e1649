using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Protocol;

/// <summary>A derivation in the form that a builder needs, and no more: nothing is left to look up. Not compared by value.</summary>
/// <remarks>The worker does not need the <c>.drv</c> file. Texts that a derivation holds as bytes stay bytes; in JSON they are base64.</remarks>
public sealed record BuildRequest
{
    /// <summary>The derivation that this came from; recorded as the outputs' deriver.</summary>
    public required StorePath DrvPath { get; init; }

    /// <summary>Name of the derivation, without <c>.drv</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What must be made, in order of output name; at least one.</summary>
    public required ImmutableArray<RequestedOutput> Outputs { get; init; }

    /// <summary>Input sources and the wanted outputs of input derivations; the builder sees the closure of these.</summary>
    public required ImmutableSortedSet<StorePath> InputPaths { get; init; }

    /// <summary>System to build for, such as <c>x86_64-linux</c> or <c>builtin</c>.</summary>
    public required string Platform { get; init; }

    public required ByteString Builder { get; init; }

    public required ImmutableArray<ByteString> Args { get; init; }

    /// <summary>Environment of the derivation, in byte order of the names.</summary>
    public required ImmutableSortedDictionary<ByteString, ByteString> Env { get; init; }

    public required BuildOptions Options { get; init; }

    /// <summary>Whether each build may come to something else: it has the network, and nothing of it is used again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsImpure { get; init; }

    /// <summary>The hash that what the outputs have come to is recorded by; null where nothing is to be recorded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256Digest? RealisationHash { get; init; }

    /// <summary>What the farm has recorded of outputs, by output name, where they are built again; null where the builder's own store is
    /// asked. Of a floating output the path is the one that it has come to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, PathInfo>? Recorded { get; init; }

    /// <summary>Whether all outputs are fixed.</summary>
    public bool IsFixedOutput() => Outputs.All(output => output.ContentAddress is not null);

    /// <summary>Whether the builder may use the network: what it makes is known beforehand, or is never used again.</summary>
    public bool HasNetwork() => IsImpure || IsFixedOutput();

    /// <summary>Makes the request for a derivation whose output paths are all known.</summary>
    /// <param name="resolvedInputs">The output paths of the input derivations that it uses.</param>
    /// <exception cref="NotSupportedException">An output has no path before it is built (floating, impure or deferred).</exception>
    public static BuildRequest From(
        StorePath drvPath,
        Derivation derivation,
        ImmutableSortedSet<StorePath> resolvedInputs,
        BuildOptions options
    ) =>
        derivation.Outputs.Values.Any(output => output.KnownPath is null)
            ? throw new NotSupportedException(
                $"an output of '{drvPath}' has no path before it is built: content-addressed and impure derivations are not built here"
            )
            : From(StoreDir.Default, drvPath, derivation, resolvedInputs, null, options);

    /// <summary>Makes the request for a derivation that is resolved, or needs not be.</summary>
    /// <param name="resolvedInputs">The output paths of the input derivations that it uses.</param>
    /// <param name="realisationHash">Hash of the derivation as its realisations are recorded by; null where they are not.</param>
    /// <exception cref="NotSupportedException">An output is deferred: the derivation must be resolved first.</exception>
    public static BuildRequest From(
        StoreDir storeDir,
        StorePath drvPath,
        Derivation derivation,
        ImmutableSortedSet<StorePath> resolvedInputs,
        Sha256Digest? realisationHash,
        BuildOptions options
    )
    {
        var isImpure = derivation.Type == DerivationType.Impure;
        return new()
        {
            DrvPath = drvPath,
            Name = derivation.Name.ToString(),
            Outputs = [.. derivation.Outputs.Select(output => Requested(output.Key, output.Value))],
            InputPaths = derivation.InputSources.Union(resolvedInputs),
            Platform = derivation.Platform.ToString(),
            Builder = derivation.Builder,
            Args = [.. derivation.Args],
            Env = derivation.Env,
            Options = options,
            IsImpure = isImpure,
            RealisationHash = isImpure ? null : realisationHash,
        };

        RequestedOutput Requested(string name, DerivationOutput output) =>
            output switch
            {
                DerivationOutput.InputAddressed addressed => new(name, addressed.Path),
                DerivationOutput.Fixed fixedOutput => new(name, fixedOutput.Path, fixedOutput.Address),
                DerivationOutput.Floating floating => new(name, Scratch(name), Floating: floating.How),
                DerivationOutput.Impure impure => new(name, Scratch(name), Floating: impure.How),
                _ => throw new NotSupportedException(
                    $"output '{name}' of '{drvPath}' has no path before its inputs are built: the derivation must be resolved first"
                ),
            };

        StorePath Scratch(string name) =>
            StorePathMaker.Scratch(storeDir, drvPath, name, StorePathMaker.OutputName(derivation.Name, name));
    }
}
