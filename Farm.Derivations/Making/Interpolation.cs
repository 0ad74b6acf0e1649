using System.Collections;
using System.Globalization;
using Farm.Derivations.Objects;
using Farm.Store.Paths;

namespace Farm.Derivations.Making;

/// <summary>What stands for a value in an interpolated text.</summary>
internal static class Interpolation
{
    /// <exception cref="DerivationException">The value has no text that means the same in Nix.</exception>
    public static NixString Part(object? value, string? format) =>
        value switch
        {
            NixString text => text,
            Derivation derivation => derivation.OutPath,
            StoreObject item => item.Reference,
            NixValue wrapped => Coercion.ToText(wrapped),
            string text => text,
            char character => character.ToString(),
            null => throw new DerivationException("A null stands in an interpolated text; write what you mean."),
            bool => throw new DerivationException(
                "A boolean stands in an interpolated text, and Nix has no text for one; write what you mean."
            ),
            StorePath path => throw new DerivationException(
                $"The store path '{path}' stands in a text as a StorePath, which has no context; use the source or derivation that it belongs to."
            ),
            AttributeSet or IEnumerable => throw new DerivationException(
                "A list or set stands in an interpolated text; join it with NixString.Join."
            ),
            IFormattable formattable => formattable.ToString(format, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

    /// <summary>Why a text with context may not become a plain one.</summary>
    public static string LossOf(string text) =>
        $"The text '{text}' has a context, which would be lost here; keep it in a NixString, or say UnsafeDiscardContext() where that is meant.";
}
