using System.Collections.Immutable;
using Farm.Store.Hashing;

namespace Farm.Store.Derivations;

/// <summary>Attributes of a derivation that the builder's surroundings honour.</summary>
/// <remarks>Shape: without structured attributes, variables that are lists divided by blanks, or are true only as <c>1</c>; with
/// them, typed members of the JSON in <c>__json</c>. Source: Nix manual, "Advanced attributes"; Nix's <c>derivation-options.cc</c>.</remarks>
public sealed class DerivationOptions
{
    /// <summary>The variable that holds structured attributes.</summary>
    public static ByteString StructuredAttributesVariable { get; } = ByteString.FromUtf8("__json");

    /// <summary>Whether the derivation has structured attributes.</summary>
    public bool HasStructuredAttributes { get; init; }

    /// <summary>Features a machine must have; without those that the type of the derivation implies.</summary>
    public ImmutableSortedSet<string> RequiredSystemFeatures { get; init; } = [];

    /// <summary>Whether building where the request is made is better than elsewhere.</summary>
    public bool PrefersLocalBuild { get; init; }

    /// <summary>Whether outputs may be fetched instead of built. True unless said otherwise.</summary>
    public bool AllowsSubstitutes { get; init; } = true;

    /// <summary>Whether the build wants no sandbox.</summary>
    public bool WantsNoSandbox { get; init; }

    /// <summary>Variables whose values are given as files. Empty with structured attributes.</summary>
    public ImmutableSortedSet<string> PassAsFile { get; init; } = [];

    /// <summary>Variables taken from the surroundings where the outputs' content is fixed or impure.</summary>
    public ImmutableSortedSet<string> ImpureEnvVars { get; init; } = [];

    /// <summary>Files of the machine that the sandbox shows besides, if the machine allows.</summary>
    public ImmutableSortedSet<string> ImpureHostDeps { get; init; } = [];

    /// <summary>For each graph file's name, the paths whose closure it describes.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedSet<string>> ExportReferencesGraph { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableSortedSet<string>>(StringComparer.Ordinal);

    /// <summary>Outputs whose references are not looked for.</summary>
    public ImmutableSortedSet<string> UnsafeDiscardReferences { get; init; } = [];

    /// <summary>Checks of single outputs; only with structured attributes.</summary>
    public ImmutableSortedDictionary<string, OutputChecks> ChecksByOutput { get; init; } =
        ImmutableSortedDictionary.Create<string, OutputChecks>(StringComparer.Ordinal);

    /// <summary>Checks of all outputs; only without structured attributes, else empty.</summary>
    public OutputChecks ChecksOfAll { get; init; } = new();

    /// <summary>The checks of one output.</summary>
    public OutputChecks ChecksOf(string outputName) => ChecksByOutput.GetValueOrDefault(outputName, ChecksOfAll);

    /// <summary>Reads the options of a derivation.</summary>
    /// <exception cref="NixFormatException">An attribute has another form than it must have; the message names it.</exception>
    public static DerivationOptions From(Derivation derivation) =>
        derivation.Env.TryGetValue(StructuredAttributesVariable, out var json)
            ? StructuredOptions.Read(derivation.Name, json.Span)
            : PlainOptions.Read(derivation);
}
