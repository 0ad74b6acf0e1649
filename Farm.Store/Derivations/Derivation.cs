using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>A build step as Nix writes it to a <c>.drv</c>: what runs, on which inputs, for which outputs.</summary>
/// <remarks>Compared by value. Texts are bytes, since nothing says that they are UTF-8. Source: Nix manual, "Store derivation".</remarks>
public sealed record Derivation
{
    /// <summary>The name in the store, without <c>.drv</c>; it is not in the file.</summary>
    public required StorePathName Name { get; init; }

    /// <summary>By output name, in byte order.</summary>
    public required ImmutableSortedDictionary<string, DerivationOutput> Outputs { get; init; }

    /// <summary>Derivations whose outputs are inputs.</summary>
    public ImmutableSortedDictionary<StorePath, DerivationInput> InputDerivations { get; init; } =
        ImmutableSortedDictionary<StorePath, DerivationInput>.Empty;

    /// <summary>Store objects that are inputs as they are.</summary>
    public ImmutableSortedSet<StorePath> InputSources { get; init; } = [];

    /// <summary>Nix's system, such as <c>x86_64-linux</c>. It can hold neither quote nor backslash.</summary>
    public required ByteString Platform { get; init; }

    /// <summary>The program that runs.</summary>
    public required ByteString Builder { get; init; }

    public ImmutableList<ByteString> Args { get; init; } = [];

    /// <summary>Environment variables, in byte order of their names.</summary>
    public ImmutableSortedDictionary<ByteString, ByteString> Env { get; init; } =
        ImmutableSortedDictionary<ByteString, ByteString>.Empty;

    /// <summary>Whether some input is an output of a derivation that is itself built (experimental).</summary>
    public bool HasDynamicInputs => InputDerivations.Values.Any(input => input.DynamicOutputs.Count > 0);

    /// <summary>What the <c>.drv</c> itself refers to: input sources and input derivations.</summary>
    public ImmutableSortedSet<StorePath> References => InputSources.Union(InputDerivations.Keys);

    /// <summary>The one kind that all outputs have.</summary>
    /// <exception cref="NixFormatException">There is no output, kinds are mixed, a fixed output is not alone or not called
    /// <c>out</c>, or floating outputs differ in their algorithm.</exception>
    public DerivationType Type => DerivationTypes.Of(this);

    /// <summary>The derivation's name that belongs to the path of its <c>.drv</c>.</summary>
    /// <exception cref="NixFormatException">The path does not end in <c>.drv</c>.</exception>
    public static StorePathName NameFrom(StorePath drvPath) =>
        drvPath.IsDerivation
            ? StorePathName.Parse(drvPath.Name[..^StorePath.DerivationSuffix.Length])
            : throw new NixFormatException($"'{drvPath}' is no derivation: its name must end in '.drv'.");

    /// <summary>The value of an environment variable; null where it is not set.</summary>
    public ByteString? EnvValue(string name) =>
        Env.TryGetValue(ByteString.FromUtf8(name), out var value) ? value : null;

    public bool Equals(Derivation? other) =>
        other is not null
        && Name == other.Name
        && Platform == other.Platform
        && Builder == other.Builder
        && Outputs.SequenceEqual(other.Outputs)
        && InputDerivations.SequenceEqual(other.InputDerivations)
        && InputSources.SequenceEqual(other.InputSources)
        && Args.SequenceEqual(other.Args)
        && Env.SequenceEqual(other.Env);

    public override int GetHashCode() => HashCode.Combine(Name, Platform, Builder, Env.Count, Args.Count);
}
