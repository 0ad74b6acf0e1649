using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>Puts real paths in place of input derivations whose outputs have been built.</summary>
/// <remarks>Shape of the result: no input derivations, the wanted outputs among the sources, placeholders replaced everywhere in
/// builder, args and environment, deferred outputs filled in. Source: Nix's <c>Derivation::tryResolve</c>.</remarks>
public static class DerivationResolver
{
    /// <summary>Whether a derivation is built in resolved form. One without input derivations never is.</summary>
    /// <param name="resolvesFixed">Whether fixed outputs are resolved too, as Nix does with its feature <c>ca-derivations</c>.</param>
    public static bool NeedsResolution(Derivation derivation, bool resolvesFixed) =>
        derivation.InputDerivations.Count > 0
        && (
            derivation.HasDynamicInputs
            || derivation.Type switch
            {
                DerivationType.InputAddressed => false,
                DerivationType.Fixed => resolvesFixed,
                _ => true,
            }
        );

    /// <summary>Whether a derivation must not use an input, since only impure and fixed outputs may come of impure ones.</summary>
    public static bool Mixes(Derivation derivation, Derivation input) =>
        input.Type == DerivationType.Impure && derivation.Type is not (DerivationType.Impure or DerivationType.Fixed);

    /// <summary>Resolves a derivation.</summary>
    /// <param name="pathOf">Path of an output of a derivation; null while it is not built.</param>
    /// <returns>Null while some wanted output is not built.</returns>
    /// <exception cref="NixFormatException">The output of a dynamic input is no derivation.</exception>
    public static Derivation? TryResolve(
        StoreDir storeDir,
        Derivation derivation,
        Func<StorePath, string, StorePath?> pathOf
    )
    {
        var found = new List<(StorePath Path, Placeholder Placeholder)>();
        foreach (var (path, input) in derivation.InputDerivations)
        {
            if (!Collect(path, input, output => Placeholder.OfInput(path, output), pathOf, found))
                return null;
        }
        var rewrites = found.ConvertAll(item =>
            (From: ByteString.FromUtf8(item.Placeholder.ToString()), To: ByteString.FromUtf8(storeDir.Print(item.Path)))
        );
        var resolved = derivation with
        {
            InputDerivations = ImmutableSortedDictionary<StorePath, DerivationInput>.Empty,
            InputSources = derivation.InputSources.Union(found.Select(item => item.Path)),
            Builder = Rewrite(derivation.Builder, rewrites),
            Args = derivation.Args.ConvertAll(arg => Rewrite(arg, rewrites)),
            Env = derivation.Env.ToImmutableSortedDictionary(
                variable => Rewrite(variable.Key, rewrites),
                variable => Rewrite(variable.Value, rewrites)
            ),
        };
        return OutputPaths.FillIn(storeDir, resolved, static _ => new DerivationHash.Deferred());
    }

    private static bool Collect(
        StorePath drvPath,
        DerivationInput input,
        Func<string, Placeholder> placeholderOf,
        Func<StorePath, string, StorePath?> pathOf,
        List<(StorePath Path, Placeholder Placeholder)> found
    )
    {
        foreach (var output in input.Outputs)
        {
            if (pathOf(drvPath, output) is not { } path)
                return false;
            found.Add((path, placeholderOf(output)));
        }
        foreach (var (output, nested) in input.DynamicOutputs)
        {
            if (pathOf(drvPath, output) is not { } made)
                return false;
            if (!made.IsDerivation)
                throw new NixFormatException($"Output '{output}' of '{drvPath}' is '{made}', which is no derivation.");
            if (!Collect(made, nested, name => placeholderOf(output).OfDynamicOutput(name), pathOf, found))
                return false;
        }
        return true;
    }

    private static ByteString Rewrite(ByteString text, List<(ByteString From, ByteString To)> rewrites)
    {
        foreach (var (from, to) in rewrites)
            text = text.Replace(from, to);
        return text;
    }
}
