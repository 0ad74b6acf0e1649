using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>Hashes a derivation with each input replaced by that input's own such hash.</summary>
/// <remarks>Shape: SHA-256 over the ATerm text with hashes in base-16 in place of input derivations. Fixed-output inputs enter by
/// content, so a changed URL rebuilds nothing. Two inputs with one hash become one, their wanted outputs united.
/// Source: Nix manual, "Derivation hash modulo"; Nix's <c>hashDerivationModulo</c>.</remarks>
public static class HashModulo
{
    private const int UsualBytes = 4096;

    /// <summary>What the derivation counts as where it is an input.</summary>
    /// <param name="lookup">The same of a direct input; called once for each, and never for a fixed-output derivation.</param>
    /// <exception cref="NixFormatException">The derivation has no type, or an input lacks a wanted output.</exception>
    public static DerivationHash AsInput(
        StoreDir storeDir,
        Derivation derivation,
        Func<StorePath, DerivationHash> lookup
    )
    {
        switch (derivation.Type)
        {
            case DerivationType.Fixed:
                return new DerivationHash.FixedOutputs(
                    derivation.Outputs.ToImmutableSortedDictionary(
                        output => output.Key,
                        output => OfFixed(storeDir, (DerivationOutput.Fixed)output.Value),
                        StringComparer.Ordinal
                    )
                );
            case DerivationType.InputAddressed:
                return Text(storeDir, derivation, lookup, isMasked: false) is { } text
                    ? new DerivationHash.Regular(Sha256Digest.Compute(text.WrittenSpan))
                    : new DerivationHash.Deferred();
            default:
                return new DerivationHash.Deferred();
        }
    }

    /// <summary>The hash that the derivation's own input-addressed output paths follow from.</summary>
    /// <returns>Null while an input is deferred.</returns>
    /// <exception cref="NixFormatException">The derivation has no type, or an input lacks a wanted output.</exception>
    /// <exception cref="ArgumentException">The outputs are not input-addressed, so no path follows from such a hash.</exception>
    public static Sha256Digest? Masked(
        StoreDir storeDir,
        Derivation derivation,
        Func<StorePath, DerivationHash> lookup
    ) => MaskedText(storeDir, derivation, lookup) is { } text ? Sha256Digest.Compute(text) : null;

    /// <summary>The text that <see cref="Masked"/> hashes: outputs, and variables named after outputs, are empty.</summary>
    /// <inheritdoc cref="Masked"/>
    public static byte[]? MaskedText(
        StoreDir storeDir,
        Derivation derivation,
        Func<StorePath, DerivationHash> lookup
    ) =>
        derivation.Type is DerivationType.InputAddressed or DerivationType.Deferred
            ? Text(storeDir, derivation, lookup, isMasked: true)?.WrittenSpan.ToArray()
            : throw new ArgumentException(
                $"The outputs of '{derivation.Name}' are {derivation.Type}; only input-addressed paths follow from a masked hash.",
                nameof(derivation)
            );

    private static ArrayBufferWriter<byte>? Text(
        StoreDir storeDir,
        Derivation derivation,
        Func<StorePath, DerivationHash> lookup,
        bool isMasked
    )
    {
        if (Inputs(derivation, lookup) is not { } inputs)
            return null;
        var output = new ArrayBufferWriter<byte>(UsualBytes);
        DerivationPrinter.PrintModulo(storeDir, derivation, inputs, isMasked, output);
        return output;
    }

    private static ImmutableSortedDictionary<string, ImmutableSortedSet<string>>? Inputs(
        Derivation derivation,
        Func<StorePath, DerivationHash> lookup
    )
    {
        var inputs = ImmutableSortedDictionary.CreateBuilder<string, ImmutableSortedSet<string>>(
            StringComparer.Ordinal
        );
        foreach (var (path, input) in derivation.InputDerivations)
        {
            if (input.DynamicOutputs.Count > 0)
                return null;
            switch (lookup(path))
            {
                case DerivationHash.Regular regular:
                    Unite(regular.Digest, input.Outputs);
                    break;
                case DerivationHash.FixedOutputs fixedOutputs:
                    foreach (var wanted in input.Outputs)
                    {
                        if (!fixedOutputs.Digests.TryGetValue(wanted, out var digest))
                        {
                            throw new NixFormatException(
                                $"The derivation '{derivation.Name}' wants output '{wanted}' of '{path}', which has no such output."
                            );
                        }
                        Unite(digest, ["out"]);
                    }
                    break;
                case DerivationHash.Deferred:
                    return null;
                default:
                    throw new UnreachableException("No other case of a derivation's hash exists.");
            }
        }
        return inputs.ToImmutable();

        void Unite(Sha256Digest digest, IEnumerable<string> names)
        {
            var key = digest.ToBase16();
            inputs[key] = inputs.TryGetValue(key, out var earlier)
                ? earlier.Union(names)
                : names.ToImmutableSortedSet(StringComparer.Ordinal);
        }
    }

    /// <summary>What a fixed output counts as: its content and its path.</summary>
    internal static Sha256Digest OfFixed(StoreDir storeDir, DerivationOutput.Fixed output)
    {
        var (path, methodAlgorithm, hash) = OutputFields.Of(storeDir, output);
        return Sha256Digest.Compute(Encoding.UTF8.GetBytes($"fixed:out:{methodAlgorithm}:{hash}:{path}"));
    }
}
