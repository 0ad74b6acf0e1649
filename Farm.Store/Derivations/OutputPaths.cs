using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>Output paths of derivations.</summary>
public static class OutputPaths
{
    /// <summary>Paths as the derivation states them, for those outputs whose path is known before building.</summary>
    public static ImmutableSortedDictionary<string, StorePath> Known(Derivation derivation)
    {
        var paths = ImmutableSortedDictionary.CreateBuilder<string, StorePath>(StringComparer.Ordinal);
        foreach (var (name, output) in derivation.Outputs)
        {
            if (output.KnownPath is { } path)
                paths.Add(name, path);
        }
        return paths.ToImmutable();
    }

    /// <summary>Input-addressed paths as they follow from the derivation, whatever it states.</summary>
    /// <param name="lookup">See <see cref="HashModulo.AsInput"/>.</param>
    /// <returns>Null while an input is deferred.</returns>
    /// <exception cref="ArgumentException">The outputs are not input-addressed.</exception>
    public static ImmutableSortedDictionary<string, StorePath>? Compute(
        StoreDir storeDir,
        Derivation derivation,
        Func<StorePath, DerivationHash> lookup
    )
    {
        if (HashModulo.Masked(storeDir, derivation, lookup) is not { } masked)
            return null;
        return derivation.Outputs.Keys.ToImmutableSortedDictionary(
            name => name,
            name => StorePathMaker.Output(storeDir, derivation.Name, name, masked),
            StringComparer.Ordinal
        );
    }

    /// <summary>Gives deferred outputs their paths, in the outputs and in the environment, where they follow already.</summary>
    /// <returns>The same derivation if it has no deferred outputs, or an input is deferred.</returns>
    /// <exception cref="NixFormatException">A variable named after an output has a value that is not its path.</exception>
    public static Derivation FillIn(StoreDir storeDir, Derivation derivation, Func<StorePath, DerivationHash> lookup)
    {
        if (derivation.Type != DerivationType.Deferred || Compute(storeDir, derivation, lookup) is not { } paths)
            return derivation;
        var env = derivation.Env;
        foreach (var (name, path) in paths)
        {
            var variable = ByteString.FromUtf8(name);
            var value = ByteString.FromUtf8(storeDir.Print(path));
            if (env.TryGetValue(variable, out var stated) && !stated.IsEmpty && stated != value)
            {
                throw new NixFormatException(
                    $"The derivation '{derivation.Name}' has the variable '{name}' = '{stated}', but that output's path is '{value}'."
                );
            }
            env = env.SetItem(variable, value);
        }
        return derivation with
        {
            Env = env,
            Outputs = paths.ToImmutableSortedDictionary(
                path => path.Key,
                DerivationOutput (path) => new DerivationOutput.InputAddressed(path.Value),
                StringComparer.Ordinal
            ),
        };
    }
}
