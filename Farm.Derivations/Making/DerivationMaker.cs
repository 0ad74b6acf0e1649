using System.Collections.Immutable;
using Farm.Derivations.Objects;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using StoreDerivation = Farm.Store.Derivations.Derivation;

namespace Farm.Derivations.Making;

/// <summary>Makes a derivation of attributes.</summary>
/// <remarks>Source: Nix manual, "Derivations"; Nix's <c>derivationStrict</c>.</remarks>
internal static class DerivationMaker
{
    /// <exception cref="DerivationException">An attribute breaks a rule, which the message names.</exception>
    public static MadeDerivation Make(AttributeSet attributes, DerivationSettings settings)
    {
        var read = new AttributeReading(attributes, settings.Dialect);
        try
        {
            return Make(read, settings.StoreDir);
        }
        catch (NixFormatException error)
        {
            throw new DerivationException($"The derivation '{read.Name}' cannot be made: {error.Message}", error);
        }
    }

    private static MadeDerivation Make(AttributeReading read, StoreDir storeDir)
    {
        var inputs = new InputGathering(read.Context, storeDir, read.Name);
        var name = StorePathName.Parse(read.Name);
        var blank = new StoreDerivation
        {
            Name = name,
            Outputs = Outputs(read, name, storeDir),
            InputDerivations = inputs.Derivations,
            InputSources = inputs.Sources,
            Platform = read.Platform,
            Builder = read.Builder,
            Args = [.. read.Args],
            Env = read.Env,
        };
        var filled = OutputPaths.FillIn(storeDir, WithVariables(blank, storeDir), inputs.HashOf);
        return new MadeDerivation(DerivationFile.Create(storeDir, filled, null, inputs.Objects), read.Outputs);
    }

    private static ImmutableSortedDictionary<string, DerivationOutput> Outputs(
        AttributeReading read,
        StorePathName name,
        StoreDir storeDir
    )
    {
        return read.Outputs.ToImmutableSortedDictionary(output => output, Output, StringComparer.Ordinal);

        DerivationOutput Output(string output)
        {
            // The names together must be one of a path too; FillIn would say so only where it computes one.
            var outputName = StorePathMaker.OutputName(name, output);
            return read.Addressing switch
            {
                GivenAddressing.Fixed known => new DerivationOutput.Fixed(
                    StorePathMaker.Fixed(storeDir, outputName, known.Address),
                    known.Address
                ),
                GivenAddressing.Floating { IsImpure: true } floating => new DerivationOutput.Impure(floating.How),
                GivenAddressing.Floating floating => new DerivationOutput.Floating(floating.How),
                null => new DerivationOutput.Deferred(),
                var other => throw new System.Diagnostics.UnreachableException($"No addressing is {other.GetType()}."),
            };
        }
    }

    /// <summary>Variables named after outputs, whatever attribute was of that name.</summary>
    private static StoreDerivation WithVariables(StoreDerivation derivation, StoreDir storeDir)
    {
        var env = derivation.Env;
        foreach (var (name, output) in derivation.Outputs)
        {
            var value = output switch
            {
                DerivationOutput.Fixed known => storeDir.Print(known.Path),
                DerivationOutput.Floating or DerivationOutput.Impure => Placeholder.OfOutput(name).ToString(),
                _ => "",
            };
            env = env.SetItem(ByteString.FromUtf8(name), ByteString.FromUtf8(value));
        }
        return derivation with { Env = env };
    }
}
