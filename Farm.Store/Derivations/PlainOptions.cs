using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Farm.Store.Derivations;

/// <summary>Reads options from environment variables.</summary>
internal static partial class PlainOptions
{
    private static readonly char[] Blanks = [' ', '\t', '\n', '\r'];

    public static DerivationOptions Read(Derivation derivation) =>
        new()
        {
            RequiredSystemFeatures = List(derivation, "requiredSystemFeatures") ?? [],
            PrefersLocalBuild = Flag(derivation, "preferLocalBuild", false),
            AllowsSubstitutes = Flag(derivation, "allowSubstitutes", true),
            WantsNoSandbox = Flag(derivation, "__noChroot", false),
            PassAsFile = List(derivation, "passAsFile") ?? [],
            ImpureEnvVars = List(derivation, "impureEnvVars") ?? [],
            ImpureHostDeps = List(derivation, "__impureHostDeps") ?? [],
            ExportReferencesGraph = Graphs(derivation),
            ChecksOfAll = new OutputChecks
            {
                IgnoresSelfRequisites = true,
                AllowedReferences = List(derivation, "allowedReferences"),
                AllowedRequisites = List(derivation, "allowedRequisites"),
                DisallowedReferences = List(derivation, "disallowedReferences") ?? [],
                DisallowedRequisites = List(derivation, "disallowedRequisites") ?? [],
            },
        };

    private static bool Flag(Derivation derivation, string name, bool otherwise) =>
        derivation.EnvValue(name) is { } value ? value.EqualsUtf8("1"u8) : otherwise;

    private static string[]? Words(Derivation derivation, string name) =>
        derivation.EnvValue(name)?.ToString().Split(Blanks, StringSplitOptions.RemoveEmptyEntries);

    private static ImmutableSortedSet<string>? List(Derivation derivation, string name) =>
        Words(derivation, name)?.ToImmutableSortedSet(StringComparer.Ordinal);

    private static ImmutableSortedDictionary<string, ImmutableSortedSet<string>> Graphs(Derivation derivation)
    {
        var words = Words(derivation, "exportReferencesGraph") ?? [];
        if (words.Length % 2 != 0)
        {
            throw new NixFormatException(
                $"'exportReferencesGraph' of '{derivation.Name}' must be pairs of a file name and a path; it has {words.Length} words."
            );
        }
        var graphs = ImmutableSortedDictionary.CreateBuilder<string, ImmutableSortedSet<string>>(
            StringComparer.Ordinal
        );
        for (var i = 0; i < words.Length; i += 2)
        {
            if (!GraphName().IsMatch(words[i]))
            {
                throw new NixFormatException(
                    $"'{words[i]}' in 'exportReferencesGraph' of '{derivation.Name}' must be a file name of letters, digits and _ . - that begins with a letter or _."
                );
            }
            // Of two graphs with one name the later is written over the earlier.
            graphs[words[i]] = ImmutableSortedSet.Create(StringComparer.Ordinal, words[i + 1]);
        }
        return graphs.ToImmutable();
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex GraphName();
}
