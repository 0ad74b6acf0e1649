using System.Globalization;
using System.Text;

namespace Farm.Derivations.Making;

/// <summary>The JSON of structured attributes.</summary>
/// <remarks>Shape: keys in byte order, no blanks, everything but quotes, backslashes and control characters unescaped.
/// Source: Nix's <c>printValueAsJSON</c>, <c>libutil/json.cc</c> of 2.8.</remarks>
internal sealed class JsonPrinter(NixDialect dialect)
{
    private readonly StringBuilder _json = new();
    private StringContext _context = StringContext.Empty;

    /// <summary>The attributes as an object.</summary>
    /// <exception cref="DerivationException">There is a fraction that is no number.</exception>
    public static NixString Print(IEnumerable<KeyValuePair<string, NixValue>> attributes, NixDialect dialect)
    {
        var printer = new JsonPrinter(dialect);
        printer.Object(attributes);
        return new(printer._json.ToString(), printer._context);
    }

    private void Object(IEnumerable<KeyValuePair<string, NixValue>> attributes)
    {
        _json.Append('{');
        var isFirst = true;
        foreach (var (name, value) in attributes)
        {
            Separate(ref isFirst);
            Text(name);
            _json.Append(':');
            Value(value, name);
        }
        _json.Append('}');
    }

    private void Value(NixValue value, string name)
    {
        switch (value.Term)
        {
            case NixTerm.Null:
                _json.Append("null");
                break;
            case NixTerm.Boolean boolean:
                _json.Append(boolean.Value ? "true" : "false");
                break;
            case NixTerm.Integer integer:
                _json.Append(integer.Value.ToString(CultureInfo.InvariantCulture));
                break;
            case NixTerm.Fraction fraction:
                var finite = Coercion.Finite(fraction.Value, $"the attribute '{name}'");
                _json.Append(
                    dialect == NixDialect.Nix28 ? FractionText.SixDigits(finite) : FractionText.Shortest(finite)
                );
                break;
            case NixTerm.Text text:
                Text(text.Value.Text);
                _context = _context.Union(text.Value.Context);
                break;
            case NixTerm.List list:
                _json.Append('[');
                var isFirst = true;
                foreach (var item in list.Items)
                {
                    Separate(ref isFirst);
                    Value(item, name);
                }
                _json.Append(']');
                break;
            case NixTerm.Set set when set.Value.TryGet(Coercion.OutPath, out var path):
                Value(path, name);
                break;
            case NixTerm.Set set:
                Object(set.Value);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"No case of a value is {value.Term.GetType()}.");
        }
    }

    private void Separate(ref bool isFirst)
    {
        if (!isFirst)
            _json.Append(',');
        isFirst = false;
    }

    private void Text(string text)
    {
        _json.Append('"');
        foreach (var unit in text)
        {
            _ = unit switch
            {
                '"' => _json.Append("\\\""),
                '\\' => _json.Append("\\\\"),
                '\n' => _json.Append("\\n"),
                '\r' => _json.Append("\\r"),
                '\t' => _json.Append("\\t"),
                '\b' when dialect == NixDialect.Current => _json.Append("\\b"),
                '\f' when dialect == NixDialect.Current => _json.Append("\\f"),
                < ' ' => _json.Append("\\u").Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture)),
                _ => _json.Append(unit),
            };
        }
        _json.Append('"');
    }
}
