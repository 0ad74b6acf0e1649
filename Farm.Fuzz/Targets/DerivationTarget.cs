using System.Text;
using Farm.Fuzz.Engine;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Fuzz.Targets;

/// <summary>The ATerm text of a derivation, and what Farm concludes from it.</summary>
/// <remarks>Shape of an input: the derivation's name, a line feed, the text.</remarks>
public sealed class DerivationTarget : FuzzTarget
{
    private static readonly StoreDir s_dir = StoreDir.Default;
    private static readonly StorePathName s_name = StorePathName.Parse("fuzz");

    public override string Name => "derivation";

    public override IReadOnlyList<byte[]> Words { get; } =
        Targets.Words.Of(
            "Derive(",
            "DrvWithVersion(\"xp-dyn-drv\",",
            "[",
            "]",
            "(",
            ")",
            ",",
            "\"",
            "\"\"",
            "\\",
            "\\n",
            "\\\"",
            "\"out\"",
            "\"dev\"",
            "\"sha256\"",
            "\"r:sha256\"",
            "\"text:sha256\"",
            "\"impure\"",
            "[\"out\"]",
            "([\"out\"],[(\"out\",[\"out\"])])",
            "(\"__json\",\"{}\")",
            "(\"outputs\",\"out dev\")",
            "(\"allowedReferences\",\"out\")",
            "(\"exportReferencesGraph\",\"a b\")",
            "(\"passAsFile\",\"x\")",
            "(\"requiredSystemFeatures\",\"kvm\")",
            "\\\"outputChecks\\\":{\\\"out\\\":{\\\"maxSize\\\":1e400}}",
            "\0",
            "{",
            "}",
            ":"
        );

    public override byte[] Generate(Random random) => DerivationGrammar.Make(random, s_dir);

    public override ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        var derivation = Parse(input);
        traits.Add(Traits.Count("outputs", derivation.Outputs.Count));
        traits.Add(Traits.Count("inputs", derivation.InputDerivations.Count));
        traits.Add(Traits.Count("sources", derivation.InputSources.Count));
        traits.Add(Traits.Count("arguments", derivation.Args.Count));
        traits.Add(Traits.Count("variables", derivation.Env.Count));
        traits.Add(derivation.HasDynamicInputs ? "dynamic" : "static");
        foreach (var output in derivation.Outputs.Values)
            traits.Add(output.GetType().Name);
        traits.Add($"type {derivation.Type}");
        var options = DerivationOptions.From(derivation);
        traits.Add(Traits.Count("checks", options.ChecksByOutput.Count));
        return default;
    }

    public override ValueTask CheckAsync(byte[] input)
    {
        Derivation derivation;
        try
        {
            derivation = Parse(input);
        }
        catch (NixFormatException)
        {
            return default;
        }
        var printed = DerivationPrinter.Print(s_dir, derivation);
        var again = DerivationParser.Parse(s_dir, derivation.Name, printed);
        LawBrokenException.Unless(again.Equals(derivation), "what is printed is read as the same derivation");
        LawBrokenException.Unless(
            DerivationPrinter.Print(s_dir, again).AsSpan().SequenceEqual(printed),
            "a canonical text is printed as it was read"
        );
        Conclude(derivation);
        return default;
    }

    /// <summary>Everything that is computed from a derivation alone ends, at worst in a refusal.</summary>
    private static void Conclude(Derivation derivation)
    {
        DerivationPrinter.PathOf(s_dir, derivation);
        try
        {
            DerivationOptions.From(derivation);
            HashModulo.AsInput(s_dir, derivation, _ => new DerivationHash.Deferred());
            HashModulo.AsInput(
                s_dir,
                derivation,
                path => new DerivationHash.Regular(Sha256Digest.Compute(Encoding.UTF8.GetBytes(path.Name)))
            );
            DerivationValidator.Check(s_dir, derivation, _ => new DerivationHash.Deferred());
            OutputPaths.Known(derivation);
        }
        catch (NixFormatException)
        {
            // A derivation may be well-formed and yet make no sense.
        }
    }

    private static Derivation Parse(byte[] input)
    {
        var line = input.AsSpan().IndexOf((byte)'\n');
        var isNamed =
            line > 0
            && line <= StorePathName.MaxLength
            && StorePathName.TryParse(Encoding.UTF8.GetString(input[..line]), out _);
        var name = isNamed ? StorePathName.Parse(Encoding.UTF8.GetString(input[..line])) : s_name;
        return DerivationParser.Parse(s_dir, name, input.AsSpan(line + 1));
    }
}
