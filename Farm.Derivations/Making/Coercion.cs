using System.Globalization;
using System.Text;

namespace Farm.Derivations.Making;

/// <summary>Texts of values as Nix makes them.</summary>
/// <remarks>Source: Nix's <c>EvalState::coerceToString</c>.</remarks>
internal static class Coercion
{
    /// <summary>The attribute by which a set stands for a text.</summary>
    public const string OutPath = "outPath";

    /// <summary>For an interpolated text: texts and what stands for one.</summary>
    /// <exception cref="DerivationException">The value is something else.</exception>
    public static NixString ToText(NixValue value) =>
        value.Term switch
        {
            NixTerm.Text text => text.Value,
            NixTerm.Set set when set.Value.TryGet(OutPath, out var path) => ToText(path),
            var other => throw new DerivationException(
                $"{other.Shown} stands where a text is wanted, and Nix does not make a text of it."
            ),
        };

    /// <summary>For an environment variable or an argument: true is <c>1</c>, false and null are nothing, lists are joined by blanks.</summary>
    /// <param name="value">The value.</param>
    /// <param name="place">What messages call the place where it stands.</param>
    /// <exception cref="DerivationException">It holds a set without <c>outPath</c>, or a fraction that is no number.</exception>
    public static NixString ToVariable(NixValue value, string place)
    {
        if (value.Term is NixTerm.Text plain)
            return plain.Value;
        var text = new StringBuilder();
        var context = StringContext.Empty;
        Append(value);
        return new(text.ToString(), context);

        void Append(NixValue part)
        {
            switch (part.Term)
            {
                case NixTerm.Text leaf:
                    text.Append(leaf.Value.Text);
                    context = context.Union(leaf.Value.Context);
                    break;
                case NixTerm.Boolean boolean:
                    text.Append(boolean.Value ? "1" : "");
                    break;
                case NixTerm.Null:
                    break;
                case NixTerm.Integer integer:
                    text.Append(integer.Value.ToString(CultureInfo.InvariantCulture));
                    break;
                case NixTerm.Fraction fraction:
                    text.Append(FractionText.SixDecimals(Finite(fraction.Value, place)));
                    break;
                case NixTerm.List list:
                    for (var i = 0; i < list.Items.Length; i++)
                    {
                        Append(list.Items[i]);
                        // Nix's rule: an empty list leaves no blank behind it, an empty text does.
                        if (i < list.Items.Length - 1 && list.Items[i].Term is not NixTerm.List { Items.IsEmpty: true })
                            text.Append(' ');
                    }
                    break;
                case NixTerm.Set set when set.Value.TryGet(OutPath, out var path):
                    Append(path);
                    break;
                case NixTerm.Set:
                    throw new DerivationException(
                        $"A set stands in {place}, and an environment variable is a text; give a text, or set StructuredAttributes so that sets can be passed."
                    );
                default:
                    throw new System.Diagnostics.UnreachableException($"No case of a value is {part.Term.GetType()}.");
            }
        }
    }

    /// <exception cref="DerivationException">The value is infinite or no number.</exception>
    public static double Finite(double value, string place) =>
        double.IsFinite(value)
            ? value
            : throw new DerivationException(
                $"The fraction in {place} is {value.ToString(CultureInfo.InvariantCulture)}; Nix has finite numbers only."
            );
}
