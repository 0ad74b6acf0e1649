using System.Buffers;
using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>Hashes derivations so that what their outputs have come to can be recorded by what is built, not by where it is written.</summary>
/// <remarks>Shape: as the masked <see cref="HashModulo"/>, but nothing stops at outputs whose path is not known: an input of that kind
/// counts by the hash of its own text, placeholders and all, and an impure one by a constant. Each derivation is read and hashed
/// once. Not for use by two threads at a time. Source: Nix 2.8's <c>hashDerivationModulo</c>; later Nix goes by the derivation's
/// path instead.</remarks>
/// <param name="read">The derivation at a path; what it throws passes through.</param>
public sealed class RealisationHashes(StoreDir storeDir, Func<StorePath, Derivation> read)
{
    private const int UsualBytes = 4096;
    private static readonly Sha256Digest s_impure = Sha256Digest.Compute("impure"u8);

    private readonly Dictionary<StorePath, Sha256Digest> _known = [];

    /// <summary>The hash that the realisations of a derivation's outputs are recorded by.</summary>
    /// <exception cref="NixFormatException">A derivation in the graph has no type, a dynamic input, or depends on itself.</exception>
    public Sha256Digest Of(Derivation derivation)
    {
        foreach (var input in Inputs(derivation))
            Learn(input);
        return Hash(derivation, isMasked: true);
    }

    private void Learn(StorePath drvPath)
    {
        if (_known.ContainsKey(drvPath))
            return;
        // An explicit stack: graphs are deeper than threads' stacks are sure to be.
        var open = new Stack<(StorePath Path, Derivation Derivation)>();
        var opened = new HashSet<StorePath>();
        Open(drvPath);
        while (open.TryPeek(out var top))
        {
            var unknown = Inputs(top.Derivation).Where(input => !_known.ContainsKey(input)).Take(1).ToArray();
            if (unknown.Length > 0)
            {
                Open(unknown[0]);
                continue;
            }
            open.Pop();
            _known[top.Path] = Hash(top.Derivation, isMasked: false);
        }

        void Open(StorePath path)
        {
            if (!opened.Add(path))
                throw new NixFormatException($"The derivation '{path}' depends on itself.");
            open.Push((path, read(path)));
        }
    }

    /// <summary>The inputs that a derivation's hash depends on: a fixed or impure one has a hash whatever they are.</summary>
    private static IEnumerable<StorePath> Inputs(Derivation derivation) =>
        derivation.HasDynamicInputs
            ? throw new NixFormatException(
                $"The derivation '{derivation.Name}' has an input that is itself built; there is no hash for its realisations."
            )
        : derivation.Type is DerivationType.Fixed or DerivationType.Impure ? []
        : derivation.InputDerivations.Keys;

    private Sha256Digest Hash(Derivation derivation, bool isMasked)
    {
        switch (derivation.Type)
        {
            case DerivationType.Impure:
                return s_impure;
            case DerivationType.Fixed:
                return HashModulo.OfFixed(storeDir, (DerivationOutput.Fixed)derivation.Outputs.Values.Single());
            default:
                var inputs = ImmutableSortedDictionary.CreateBuilder<string, ImmutableSortedSet<string>>(
                    StringComparer.Ordinal
                );
                foreach (var (path, input) in derivation.InputDerivations)
                {
                    var key = _known[path].ToBase16();
                    inputs[key] = inputs.TryGetValue(key, out var earlier)
                        ? earlier.Union(input.Outputs)
                        : input.Outputs;
                }
                var text = new ArrayBufferWriter<byte>(UsualBytes);
                DerivationPrinter.PrintModulo(storeDir, derivation, inputs.ToImmutable(), isMasked, text);
                return Sha256Digest.Compute(text.WrittenSpan);
        }
    }
}
