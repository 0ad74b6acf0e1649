using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Derivations.Making;

/// <summary>Reads the attribute <c>outputs</c>.</summary>
internal static class OutputNames
{
    /// <exception cref="DerivationException">It is no list of texts, empty, has a name twice, or one that no output can have.</exception>
    public static ImmutableArray<string> Read(string derivation, NixValue value)
    {
        if (value.Term is not NixTerm.List list)
            throw new DerivationException(
                $"The outputs of '{derivation}' must be a list of names, not {value.Term.Shown}."
            );
        if (list.Items.IsEmpty)
            throw new DerivationException($"The derivation '{derivation}' must have at least one output.");
        var names = ImmutableArray.CreateBuilder<string>(list.Items.Length);
        foreach (var item in list.Items)
        {
            if (item.Term is not NixTerm.Text { Value: { Context.IsEmpty: true, Text: var name } })
            {
                throw new DerivationException(
                    $"The outputs of '{derivation}' must be names without context, not {item.Term.Shown}."
                );
            }
            if (names.Contains(name, StringComparer.Ordinal))
                throw new DerivationException($"The derivation '{derivation}' has the output '{name}' twice.");
            // Nix 2.8 refuses the first, current Nix the second: either would hide the path of the derivation itself.
            if (name is "drv" or "drvPath" || !StorePathName.TryParse(name, out _))
            {
                throw new DerivationException(
                    $"'{name}' of '{derivation}' is no name of an output: it must be made of letters, digits and + - . _ ? =, and be neither 'drv' nor 'drvPath'."
                );
            }
            names.Add(name);
        }
        return names.MoveToImmutable();
    }
}
