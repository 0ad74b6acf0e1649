using System.Collections.Immutable;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>Reads the ATerm text of a <c>.drv</c>.</summary>
/// <remarks>Shape: <c>Derive(outputs,inputDrvs,inputSrcs,platform,builder,args,env)</c> without blanks, or
/// <c>DrvWithVersion("xp-dyn-drv",…)</c> if an input has dynamic outputs, and only then. Leniencies, all Nix's: a hash may be in
/// base-16, nix32 or base-64; a hash without a method is ignored; a backslash may stand before any byte; maps and sets may be in
/// any order, though they are printed sorted. Stricter than Nix: they must be without doubles, and nothing may follow. Source: Nix manual, "Derivation ATerm format".</remarks>
public static class DerivationParser
{
    /// <summary>Longest text read, in bytes.</summary>
    public const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>Longest name read, in characters.</summary>
    public static readonly int MaxNameLength = StorePathName.MaxLength - StorePath.DerivationSuffix.Length;

    /// <summary>How deep outputs of outputs may nest.</summary>
    public const int MaxDynamicDepth = 64;

    /// <param name="name">The store name of the file without <c>.drv</c>, for which it must leave room.</param>
    /// <exception cref="NixFormatException">The text breaks a rule; the offset says where.</exception>
    public static Derivation Parse(StoreDir storeDir, StorePathName name, ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxBytes)
            throw new NixFormatException($"A derivation has at most {MaxBytes} bytes, '{name}' has {text.Length}.");
        if (name.ToString().Length > MaxNameLength)
            throw new NixFormatException(
                $"A derivation's name has at most {MaxNameLength} characters, so that '{StorePath.DerivationSuffix}' can follow; '{name}' is too long."
            );
        var reader = new AtermReader(text);
        var isDynamic = reader.TryTake("DrvWithVersion("u8);
        if (isDynamic)
            ExpectVersion(ref reader, name);
        else
            reader.Expect("Derive("u8);
        var outputs = ReadOutputs(ref reader, storeDir, name);
        reader.Expect(","u8);
        var inputs = ReadInputs(ref reader, storeDir, isDynamic);
        reader.Expect(","u8);
        var sources = ReadSources(ref reader, storeDir);
        reader.Expect(","u8);
        var platform = ByteString.FromBytes(reader.ReadPlain());
        reader.Expect(","u8);
        var builder = reader.ReadString();
        reader.Expect(","u8);
        var args = ReadArgs(ref reader);
        reader.Expect(","u8);
        var env = ReadEnv(ref reader);
        reader.Expect(")"u8);
        if (!reader.IsAtEnd)
            throw new NixFormatException(
                $"Nothing may follow the closing parenthesis of the derivation '{name}'",
                reader.At
            );
        var derivation = new Derivation
        {
            Name = name,
            Outputs = outputs,
            InputDerivations = inputs,
            InputSources = sources,
            Platform = platform,
            Builder = builder,
            Args = args,
            Env = env,
        };
        return isDynamic == derivation.HasDynamicInputs
            ? derivation
            : throw new NixFormatException(
                $"The derivation '{name}' has the form for dynamic outputs, so one of its inputs must have some."
            );
    }

    /// <summary>Reads the derivation that is kept at <paramref name="drvPath"/>.</summary>
    /// <exception cref="NixFormatException">The path is no derivation's, or the text breaks a rule.</exception>
    public static Derivation Parse(StoreDir storeDir, StorePath drvPath, ReadOnlySpan<byte> text) =>
        Parse(storeDir, Derivation.NameFrom(drvPath), text);

    private static void ExpectVersion(ref AtermReader reader, StorePathName name)
    {
        var at = reader.At;
        if (!reader.ReadPlain().SequenceEqual("xp-dyn-drv"u8))
            throw new NixFormatException(
                $"The derivation '{name}' has an unknown version; only 'xp-dyn-drv' is known",
                at
            );
        reader.Expect(","u8);
    }

    private static ImmutableSortedDictionary<string, DerivationOutput> ReadOutputs(
        ref AtermReader reader,
        StoreDir storeDir,
        StorePathName name
    )
    {
        var outputs = ImmutableSortedDictionary.CreateBuilder<string, DerivationOutput>(StringComparer.Ordinal);
        reader.Expect("["u8);
        for (var isFirst = true; reader.HasNext(ref isFirst); )
        {
            reader.Expect("("u8);
            var at = reader.At;
            var output = ReadOutputName(ref reader);
            RefuseDouble(outputs.ContainsKey(output), output, at);
            outputs.Add(output, OutputFields.Read(ref reader, storeDir, name, output));
            reader.Expect(")"u8);
        }
        return outputs.ToImmutable();
    }

    private static ImmutableSortedDictionary<StorePath, DerivationInput> ReadInputs(
        ref AtermReader reader,
        StoreDir storeDir,
        bool mayBeDynamic
    )
    {
        var inputs = ImmutableSortedDictionary.CreateBuilder<StorePath, DerivationInput>();
        reader.Expect("["u8);
        for (var isFirst = true; reader.HasNext(ref isFirst); )
        {
            reader.Expect("("u8);
            var at = reader.At;
            var path = ReadPath(ref reader, storeDir);
            RefuseDouble(inputs.ContainsKey(path), path, at);
            reader.Expect(","u8);
            inputs.Add(path, ReadInput(ref reader, mayBeDynamic, 0));
            reader.Expect(")"u8);
        }
        return inputs.ToImmutable();
    }

    private static DerivationInput ReadInput(ref AtermReader reader, bool mayBeDynamic, int depth)
    {
        var at = reader.At;
        if (depth > MaxDynamicDepth)
            throw new NixFormatException($"Outputs of outputs may nest {MaxDynamicDepth} deep at most", at);
        if (!mayBeDynamic || !reader.TryTake("("u8))
        {
            var outputs = ReadOutputNames(ref reader);
            return outputs.IsEmpty
                ? throw new NixFormatException("An input derivation must have outputs that are wanted", at)
                : new DerivationInput { Outputs = outputs };
        }
        var direct = ReadOutputNames(ref reader);
        reader.Expect(","u8);
        var nested = ImmutableSortedDictionary.CreateBuilder<string, DerivationInput>(StringComparer.Ordinal);
        reader.Expect("["u8);
        for (var isFirst = true; reader.HasNext(ref isFirst); )
        {
            reader.Expect("("u8);
            var nameAt = reader.At;
            var name = ReadOutputName(ref reader);
            RefuseDouble(nested.ContainsKey(name), name, nameAt);
            reader.Expect(","u8);
            nested.Add(name, ReadInput(ref reader, mayBeDynamic, depth + 1));
            reader.Expect(")"u8);
        }
        reader.Expect(")"u8);
        return nested.Count == 0
            ? throw new NixFormatException("An input in parentheses must have dynamic outputs", at)
            : new DerivationInput { Outputs = direct, DynamicOutputs = nested.ToImmutable() };
    }

    private static ImmutableSortedSet<StorePath> ReadSources(ref AtermReader reader, StoreDir storeDir)
    {
        var sources = ImmutableSortedSet.CreateBuilder<StorePath>();
        reader.Expect("["u8);
        for (var isFirst = true; reader.HasNext(ref isFirst); )
        {
            var at = reader.At;
            var path = ReadPath(ref reader, storeDir);
            RefuseDouble(!sources.Add(path), path, at);
        }
        return sources.ToImmutable();
    }

    private static ImmutableList<ByteString> ReadArgs(ref AtermReader reader)
    {
        var args = new List<ByteString>();
        reader.Expect("["u8);
        for (var isFirst = true; reader.HasNext(ref isFirst); )
            args.Add(reader.ReadString());
        return [.. args];
    }

    private static ImmutableSortedDictionary<ByteString, ByteString> ReadEnv(ref AtermReader reader)
    {
        var env = ImmutableSortedDictionary.CreateBuilder<ByteString, ByteString>();
        reader.Expect("["u8);
        for (var isFirst = true; reader.HasNext(ref isFirst); )
        {
            reader.Expect("("u8);
            var at = reader.At;
            var name = reader.ReadString();
            RefuseDouble(env.ContainsKey(name), name, at);
            reader.Expect(","u8);
            env.Add(name, reader.ReadString());
            reader.Expect(")"u8);
        }
        return env.ToImmutable();
    }

    private static ImmutableSortedSet<string> ReadOutputNames(ref AtermReader reader)
    {
        var names = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        reader.Expect("["u8);
        for (var isFirst = true; reader.HasNext(ref isFirst); )
        {
            var at = reader.At;
            var name = ReadOutputName(ref reader);
            RefuseDouble(!names.Add(name), name, at);
        }
        return names.ToImmutable();
    }

    private static string ReadOutputName(ref AtermReader reader)
    {
        var at = reader.At;
        var text = reader.ReadPlain();
        if (StorePathName.BrokenRule(text) is { } rule)
            throw new NixFormatException($"'{StorePath.Shown(text)}' is no output name: {rule}", at);
        return text.SequenceEqual("out"u8) ? "out" : Encoding.ASCII.GetString(text);
    }

    private static StorePath ReadPath(ref AtermReader reader, StoreDir storeDir)
    {
        var at = reader.At;
        return storeDir.ParsePath(reader.ReadPlain(), at + 1);
    }

    private static void RefuseDouble<T>(bool isDouble, T value, int at)
    {
        if (isDouble)
            throw new NixFormatException(
                $"Nothing may stand twice in one list of a derivation, but '{value}' does",
                at
            );
    }
}
