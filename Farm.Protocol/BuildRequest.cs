using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
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

    /// <summary>Whether all outputs are fixed, so that the builder may use the network.</summary>
    public bool IsFixedOutput() => Outputs.All(output => output.ContentAddress is not null);

    /// <summary>Makes the request for a derivation whose output paths are all known.</summary>
    /// <param name="resolvedInputs">The output paths of the input derivations that it uses.</param>
    /// <exception cref="NotSupportedException">An output has no path before it is built (floating, impure or deferred).</exception>
    public static BuildRequest From(
        StorePath drvPath,
        Derivation derivation,
        ImmutableSortedSet<StorePath> resolvedInputs,
        BuildOptions options
    ) =>
        new()
        {
            DrvPath = drvPath,
            Name = derivation.Name.ToString(),
            Outputs = [.. derivation.Outputs.Select(output => Requested(drvPath, output.Key, output.Value))],
            InputPaths = derivation.InputSources.Union(resolvedInputs),
            Platform = derivation.Platform.ToString(),
            Builder = derivation.Builder,
            Args = [.. derivation.Args],
            Env = derivation.Env,
            Options = options,
        };

    private static RequestedOutput Requested(StorePath drvPath, string name, DerivationOutput output) =>
        output switch
        {
            DerivationOutput.InputAddressed addressed => new RequestedOutput(name, addressed.Path),
            DerivationOutput.Fixed fixedOutput => new RequestedOutput(name, fixedOutput.Path, fixedOutput.Address),
            _ => throw new NotSupportedException(
                $"output '{name}' of '{drvPath}' has no path before it is built: content-addressed and impure derivations are not built here"
            ),
        };
}
