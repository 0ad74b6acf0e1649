using System.Buffers;
using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>Prints the ATerm text of a derivation, byte for byte as Nix does.</summary>
/// <remarks>Source: Nix's <c>Derivation::unparse</c>.</remarks>
public static class DerivationPrinter
{
    private const int UsualBytes = 4096;

    /// <summary>The bytes of the <c>.drv</c>.</summary>
    /// <exception cref="ArgumentException">The platform has a quote or a backslash, which Nix would not escape.</exception>
    public static byte[] Print(StoreDir storeDir, Derivation derivation)
    {
        var output = new ArrayBufferWriter<byte>(UsualBytes);
        Print(storeDir, derivation, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>As <see cref="Print(StoreDir, Derivation)"/>, to a buffer.</summary>
    /// <exception cref="ArgumentException">The platform has a quote or a backslash, which Nix would not escape.</exception>
    public static void Print(StoreDir storeDir, Derivation derivation, IBufferWriter<byte> output)
    {
        var writer = new AtermWriter(output);
        writer.Raw(derivation.HasDynamicInputs ? "DrvWithVersion(\"xp-dyn-drv\","u8 : "Derive("u8);
        Outputs(writer, storeDir, derivation, isMasked: false);
        writer.Raw(",["u8);
        var isFirst = true;
        foreach (var (path, input) in derivation.InputDerivations)
        {
            writer.Separate(ref isFirst);
            writer.Raw("("u8);
            writer.Path(storeDir, path);
            writer.Raw(","u8);
            Input(writer, input);
            writer.Raw(")"u8);
        }
        Rest(writer, storeDir, derivation, isMasked: false);
    }

    /// <summary>Path of the <c>.drv</c> in the store.</summary>
    /// <exception cref="NixFormatException">The name is too long with <c>.drv</c> behind it.</exception>
    public static StorePath PathOf(StoreDir storeDir, Derivation derivation) =>
        StorePathMaker.Text(
            storeDir,
            StorePathName.Parse(derivation.Name + StorePath.DerivationSuffix),
            Sha256Digest.Compute(Print(storeDir, derivation)),
            derivation.References
        );

    /// <summary>Prints what a derivation's hash modulo is computed from: hashes in place of input derivations.</summary>
    /// <param name="inputs">By hash in base-16.</param>
    /// <param name="isMasked">Whether input-addressed outputs, and the variables named after outputs, are printed empty.</param>
    internal static void PrintModulo(
        StoreDir storeDir,
        Derivation derivation,
        ImmutableSortedDictionary<string, ImmutableSortedSet<string>> inputs,
        bool isMasked,
        IBufferWriter<byte> output
    )
    {
        var writer = new AtermWriter(output);
        writer.Raw("Derive("u8);
        Outputs(writer, storeDir, derivation, isMasked);
        writer.Raw(",["u8);
        var isFirst = true;
        foreach (var (hash, names) in inputs)
        {
            writer.Separate(ref isFirst);
            writer.Raw("("u8);
            writer.Plain(hash);
            writer.Raw(","u8);
            writer.Names(names);
            writer.Raw(")"u8);
        }
        Rest(writer, storeDir, derivation, isMasked);
    }

    private static void Outputs(AtermWriter writer, StoreDir storeDir, Derivation derivation, bool isMasked)
    {
        writer.Raw("["u8);
        var isFirst = true;
        foreach (var (name, output) in derivation.Outputs)
        {
            writer.Separate(ref isFirst);
            writer.Raw("("u8);
            writer.Plain(name);
            if (output is DerivationOutput.Deferred || (isMasked && output is DerivationOutput.InputAddressed))
            {
                writer.Raw(",\"\",\"\",\"\")"u8);
                continue;
            }
            var (path, methodAlgorithm, hash) = OutputFields.Of(storeDir, output);
            writer.Raw(","u8);
            if (output.KnownPath is { } known)
                writer.Path(storeDir, known);
            else
                writer.Plain(path);
            writer.Raw(","u8);
            writer.Plain(methodAlgorithm);
            writer.Raw(","u8);
            writer.Plain(hash);
            writer.Raw(")"u8);
        }
        writer.Raw("]"u8);
    }

    private static void Input(AtermWriter writer, DerivationInput input)
    {
        if (input.DynamicOutputs.Count == 0)
        {
            writer.Names(input.Outputs);
            return;
        }
        writer.Raw("("u8);
        writer.Names(input.Outputs);
        writer.Raw(",["u8);
        var isFirst = true;
        foreach (var (name, nested) in input.DynamicOutputs)
        {
            writer.Separate(ref isFirst);
            writer.Raw("("u8);
            writer.Plain(name);
            writer.Raw(","u8);
            Input(writer, nested);
            writer.Raw(")"u8);
        }
        writer.Raw("])"u8);
    }

    /// <summary>From the bracket that closes the input derivations to the end.</summary>
    private static void Rest(AtermWriter writer, StoreDir storeDir, Derivation derivation, bool isMasked)
    {
        if (derivation.Platform.Span.IndexOfAny((byte)'"', (byte)'\\') >= 0)
        {
            throw new ArgumentException(
                $"The platform '{derivation.Platform}' of '{derivation.Name}' must have neither quote nor backslash.",
                nameof(derivation)
            );
        }
        writer.Raw("],["u8);
        var isFirst = true;
        foreach (var source in derivation.InputSources)
        {
            writer.Separate(ref isFirst);
            writer.Path(storeDir, source);
        }
        writer.Raw("],"u8);
        writer.Plain(derivation.Platform.Span);
        writer.Raw(","u8);
        writer.String(derivation.Builder);
        writer.Raw(",["u8);
        isFirst = true;
        foreach (var arg in derivation.Args)
        {
            writer.Separate(ref isFirst);
            writer.String(arg);
        }
        writer.Raw("],["u8);
        isFirst = true;
        foreach (var (name, value) in derivation.Env)
        {
            writer.Separate(ref isFirst);
            writer.Raw("("u8);
            writer.String(name);
            writer.Raw(","u8);
            writer.String(isMasked && IsOutput(derivation, name) ? ByteString.Empty : value);
            writer.Raw(")"u8);
        }
        writer.Raw("])"u8);
    }

    private static bool IsOutput(Derivation derivation, ByteString variable) =>
        variable.TryGetUtf8(out var name) && derivation.Outputs.ContainsKey(name);
}
