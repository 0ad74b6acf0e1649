using System.Diagnostics;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>Checks what must hold before a derivation may become valid in a store.</summary>
/// <remarks>Source: Nix's <c>Derivation::checkInvariants</c>.</remarks>
public static class DerivationValidator
{
    /// <summary>A derivation that wants this feature gets no output paths in its environment.</summary>
    private const string FeatureWithoutOutputVariables = "builder-rpc-v0";

    /// <param name="lookup">See <see cref="HashModulo.AsInput"/>; not called for fixed, floating and impure outputs.</param>
    /// <exception cref="NixFormatException">The outputs have no common type, an input-addressed path does not follow from the
    /// derivation, or a variable named after an output does not hold that output's path.</exception>
    public static void Check(StoreDir storeDir, Derivation derivation, Func<StorePath, DerivationHash> lookup)
    {
        switch (derivation.Type)
        {
            case DerivationType.InputAddressed:
                CheckPaths(storeDir, derivation, lookup);
                CheckEnvironment(storeDir, derivation);
                break;
            case DerivationType.Fixed:
                CheckFixed(storeDir, derivation);
                CheckEnvironment(storeDir, derivation);
                break;
            case DerivationType.Floating or DerivationType.Impure or DerivationType.Deferred:
                break;
            default:
                throw new UnreachableException($"No type of a derivation is {derivation.Type}.");
        }
    }

    private static void CheckPaths(StoreDir storeDir, Derivation derivation, Func<StorePath, DerivationHash> lookup)
    {
        var computed =
            OutputPaths.Compute(storeDir, derivation, lookup)
            ?? throw new NixFormatException(
                $"The derivation '{derivation.Name}' states output paths, but they depend on outputs that are not built yet; it must be deferred."
            );
        foreach (var (name, stated) in OutputPaths.Known(derivation))
        {
            if (stated != computed[name])
            {
                throw new NixFormatException(
                    $"The derivation '{derivation.Name}' states the path '{stated}' for output '{name}', but '{computed[name]}' follows from it."
                );
            }
        }
    }

    private static void CheckFixed(StoreDir storeDir, Derivation derivation)
    {
        foreach (var (name, output) in derivation.Outputs)
        {
            var known = (DerivationOutput.Fixed)output;
            var computed = StorePathMaker.Fixed(
                storeDir,
                StorePathMaker.OutputName(derivation.Name, name),
                known.Address
            );
            if (known.Path != computed)
            {
                throw new NixFormatException(
                    $"The derivation '{derivation.Name}' states the path '{known.Path}' for output '{name}', but '{computed}' follows from its hash."
                );
            }
        }
    }

    private static void CheckEnvironment(StoreDir storeDir, Derivation derivation)
    {
        if (DerivationOptions.From(derivation).RequiredSystemFeatures.Contains(FeatureWithoutOutputVariables))
            return;
        foreach (var (name, path) in OutputPaths.Known(derivation))
        {
            var value = ByteString.FromUtf8(storeDir.Print(path));
            if (derivation.EnvValue(name) is not { } stated || stated != value)
            {
                throw new NixFormatException(
                    $"The derivation '{derivation.Name}' must have the variable '{name}' with its output's path '{value}'."
                );
            }
        }
    }
}
