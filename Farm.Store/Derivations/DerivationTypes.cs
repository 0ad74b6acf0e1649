using System.Diagnostics;
using Farm.Store.Hashing;

namespace Farm.Store.Derivations;

/// <summary>Tells a derivation's type, and refuses those that have none.</summary>
internal static class DerivationTypes
{
    public static DerivationType Of(Derivation derivation)
    {
        var name = derivation.Name;
        DerivationType? found = null;
        HashAlgorithm? algorithm = null;
        foreach (var (outputName, output) in derivation.Outputs)
        {
            var type = Of(output);
            if (found is { } earlier && earlier != type)
            {
                throw new NixFormatException(
                    $"The derivation '{name}' mixes {earlier} and {type} outputs; all outputs must be of one kind."
                );
            }
            if (type == DerivationType.Fixed && (outputName != "out" || derivation.Outputs.Count > 1))
            {
                throw new NixFormatException(
                    $"The derivation '{name}' has a fixed output '{outputName}'; there may be one only, and its name must be 'out'."
                );
            }
            if (output is DerivationOutput.Floating floating)
            {
                if (algorithm is { } first && first != floating.How.Algorithm)
                {
                    throw new NixFormatException(
                        $"The derivation '{name}' has floating outputs with {first.Name()} and {floating.How.Algorithm.Name()}; they must share one algorithm."
                    );
                }
                algorithm = floating.How.Algorithm;
            }
            found = type;
        }
        return found
            ?? throw new NixFormatException($"The derivation '{name}' has no output; it must have at least one.");
    }

    private static DerivationType Of(DerivationOutput output) =>
        output switch
        {
            DerivationOutput.InputAddressed => DerivationType.InputAddressed,
            DerivationOutput.Fixed => DerivationType.Fixed,
            DerivationOutput.Floating => DerivationType.Floating,
            DerivationOutput.Impure => DerivationType.Impure,
            DerivationOutput.Deferred => DerivationType.Deferred,
            _ => throw new UnreachableException($"No case of an output is {output.GetType()}."),
        };
}
