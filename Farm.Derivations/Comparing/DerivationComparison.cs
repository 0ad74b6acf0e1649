using System.Text.RegularExpressions;
using Farm.Derivations.Objects;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Derivations.Comparing;

/// <summary>Tells why two derivations are not the same: what differs in them, and in the inputs that they have in common by name.</summary>
/// <remarks>A difference that only follows from another is left out: hashes of store paths in texts count for nothing.</remarks>
public sealed partial class DerivationComparison
{
    private readonly List<DerivationChange> _changes = [];
    private readonly HashSet<(StorePath, StorePath)> _compared = [];

    private DerivationComparison() { }

    /// <returns>Nothing where the two are the same. Inputs come before what depends on them.</returns>
    public static IReadOnlyList<DerivationChange> Compare(DerivationFile left, DerivationFile right)
    {
        var comparison = new DerivationComparison();
        comparison.Add(left, right);
        return comparison._changes;
    }

    private void Add(DerivationFile left, DerivationFile right)
    {
        if (left.Path == right.Path || !_compared.Add((left.Path, right.Path)))
            return;
        AddInputs(left, right);
        var (from, to) = (left.Content, right.Content);
        Text("name", from.Name.Text, to.Name.Text);
        Text("system", from.Platform, to.Platform);
        Text("builder", from.Builder, to.Builder);
        for (var i = 0; i < Math.Max(from.Args.Count, to.Args.Count); i++)
            Text($"argument {i + 1}", i < from.Args.Count ? from.Args[i] : null, i < to.Args.Count ? to.Args[i] : null);
        foreach (var name in from.Outputs.Keys.Union(to.Outputs.Keys).Order(StringComparer.Ordinal))
            Text($"output {name}", Addressing(from, name), Addressing(to, name));
        foreach (var name in from.Env.Keys.Union(to.Env.Keys).Order())
            Text($"variable {name}", Variable(from, name), Variable(to, name));
        foreach (var source in from.InputSources.Except(to.InputSources))
            _changes.Add(new(left.PrintedPath, right.PrintedPath, "source", left.StoreDir.Print(source), null));
        foreach (var source in to.InputSources.Except(from.InputSources))
            _changes.Add(new(left.PrintedPath, right.PrintedPath, "source", null, right.StoreDir.Print(source)));

        void Text(string what, object? one, object? other)
        {
            var (before, after) = (one?.ToString(), other?.ToString());
            if (Plain(before) != Plain(after))
                _changes.Add(new(left.PrintedPath, right.PrintedPath, what, before, after));
        }
    }

    /// <summary>Inputs of one name belong together, in the order of their paths where several have it.</summary>
    private void AddInputs(DerivationFile left, DerivationFile right)
    {
        var (from, to) = (ByName(left), ByName(right));
        foreach (
            var name in from.Select(group => group.Key)
                .Union(to.Select(group => group.Key))
                .Order(StringComparer.Ordinal)
        )
        {
            DerivationFile[] before = [.. from[name].ExceptBy(to[name].Select(file => file.Path), file => file.Path)];
            DerivationFile[] after = [.. to[name].ExceptBy(from[name].Select(file => file.Path), file => file.Path)];
            for (var i = 0; i < Math.Max(before.Length, after.Length); i++)
            {
                if (i < before.Length && i < after.Length)
                    Add(before[i], after[i]);
                else
                    _changes.Add(
                        new(
                            left.PrintedPath,
                            right.PrintedPath,
                            "input",
                            i < before.Length ? before[i].PrintedPath : null,
                            i < after.Length ? after[i].PrintedPath : null
                        )
                    );
            }
        }
    }

    private static ILookup<string, DerivationFile> ByName(DerivationFile file) =>
        file.InputDerivations.Values.OrderBy(input => input.Path).ToLookup(input => input.Content.Name.Text);

    private static string? Addressing(Farm.Store.Derivations.Derivation derivation, string name) =>
        derivation.Outputs.GetValueOrDefault(name) switch
        {
            null => null,
            DerivationOutput.InputAddressed or DerivationOutput.Deferred => "by inputs",
            DerivationOutput.Fixed known => $"fixed {known.Address}",
            DerivationOutput.Floating floating => $"by content {floating.How}",
            DerivationOutput.Impure impure => $"impure {impure.How}",
            var other => throw new System.Diagnostics.UnreachableException(
                $"No case of an output is {other.GetType()}."
            ),
        };

    private static ByteString? Variable(Farm.Store.Derivations.Derivation derivation, ByteString name) =>
        derivation.Env.TryGetValue(name, out var value) ? value : null;

    private static string? Plain(string? text) => text is null ? null : HashPart().Replace(text, "/");

    [GeneratedRegex("/[0-9abcdfghijklmnpqrsvwxyz]{32}-", RegexOptions.CultureInvariant)]
    private static partial Regex HashPart();
}
