namespace Farm.Actors.Configuration;

/// <summary>Makes the substitutions of a configuration.</summary>
internal sealed class HoconResolver
{
    /// <summary>Values that need one another in a row; a longer chain is refused.</summary>
    private const int MaxDepth = 1000;

    /// <summary>Values that substitutions may make, and pieces of 64 characters that they may join: a few lines that double one
    /// another would take all memory.</summary>
    private const int MaxValues = 200_000;

    private const int PieceLength = 64;

    private readonly HoconElement.Fields _root;
    private readonly Func<string, string?> _environment;

    /// <summary>What is being resolved: a key's definitions, and how many of them count.</summary>
    private readonly Dictionary<List<HoconElement>, int> _open = [];

    private int _depth;
    private int _values;

    private HoconResolver(HoconElement.Fields root, Func<string, string?> environment) =>
        (_root, _environment) = (root, environment);

    /// <exception cref="HoconParserException">A substitution has no value, or needs itself.</exception>
    /// <exception cref="ConfigurationException">The substitutions make too much of the text.</exception>
    public static HoconValue.Table Resolve(HoconElement.Fields root, Func<string, string?> environment) =>
        new HoconResolver(root, environment).Table(root);

    private HoconValue.Table Table(HoconElement.Fields fields)
    {
        var resolved = new Dictionary<string, HoconValue>(StringComparer.Ordinal);
        foreach (var (key, definitions) in fields.ByKey)
        {
            if (Value(definitions, definitions.Count) is { } value)
                resolved[key] = value;
        }
        return new HoconValue.Table(resolved);
    }

    /// <summary>The value of a key by its first <paramref name="count"/> definitions; null when they leave none.</summary>
    private HoconValue? Value(List<HoconElement> definitions, int count)
    {
        if (count == 0)
            return null;
        if (++_depth > MaxDepth)
            throw new ConfigurationException(
                $"More than {MaxDepth} substitutions need one another: shorten the chain."
            );
        var hadOpen = _open.TryGetValue(definitions, out var before);
        _open[definitions] = count;
        var value = Value(definitions[count - 1]);
        if (value is null)
            value = Value(definitions, count - 1);
        else if (value is HoconValue.Table table && Value(definitions, count - 1) is HoconValue.Table below)
            value = Merge(below, table);
        _depth--;
        if (hadOpen)
            _open[definitions] = before;
        else
            _open.Remove(definitions);
        return value;
    }

    private HoconValue? Value(HoconElement element)
    {
        Count(1);
        return element switch
        {
            HoconElement.Literal literal => literal.Value,
            HoconElement.Items items => new HoconValue.Sequence([.. items.Elements.Select(Value).OfType<HoconValue>()]),
            HoconElement.Fields fields => Table(fields),
            HoconElement.Reference reference => Referred(reference),
            HoconElement.Joined joined => Join(joined),
            _ => null,
        };
    }

    private void Count(int values)
    {
        _values += values;
        if (_values > MaxValues)
            throw new ConfigurationException(
                $"The substitutions make more than {MaxValues} values: some double one another."
            );
    }

    private HoconValue? Referred(HoconElement.Reference reference)
    {
        var isPrefixed = reference.Prefix.Count > 0;
        var value =
            (isPrefixed ? Find([.. reference.Prefix, .. reference.Path], reference) : null)
            ?? Find(reference.Path, reference);
        if (value is not null)
            return value;
        var path = string.Join('.', reference.Path);
        if (_environment(path) is { } variable)
            return new HoconValue.Text(variable);
        return reference.IsOptional
            ? null
            : throw reference.Position.Error(
                $"${{{path}}} has no value: define {path}, set it in the environment, or write ${{?{path}}}."
            );
    }

    private HoconValue? Find(IReadOnlyList<string> path, HoconElement.Reference reference)
    {
        var fields = _root;
        for (var at = 0; at < path.Count; at++)
        {
            if (!fields.ByKey.TryGetValue(path[at], out var definitions))
                return null;
            var isLast = at == path.Count - 1;
            if (!isLast && definitions is [HoconElement.Fields inner])
            {
                fields = inner;
                continue;
            }
            return Descend(Definitions(definitions, reference), path.Skip(at + 1));
        }
        return null;
    }

    /// <summary>A key that is being resolved looks back at its earlier definitions.</summary>
    private HoconValue? Definitions(List<HoconElement> definitions, HoconElement.Reference reference)
    {
        if (!_open.TryGetValue(definitions, out var count))
            return Value(definitions, definitions.Count);
        if (count <= 1 && !reference.IsOptional)
            throw reference.Position.Error(
                $"${{{string.Join('.', reference.Path)}}} needs its own value: break the circle of substitutions."
            );
        return Value(definitions, count - 1);
    }

    private static HoconValue? Descend(HoconValue? value, IEnumerable<string> path)
    {
        foreach (var key in path)
            value = value is HoconValue.Table table ? table.Fields.GetValueOrDefault(key) : null;
        return value;
    }

    private HoconValue? Join(HoconElement.Joined joined)
    {
        HoconValue? whole = null;
        var space = "";
        foreach (var part in joined.Parts)
        {
            if (part is HoconElement.Space between)
                space = whole is null ? "" : between.Text;
            else if (Value(part) is { } value)
                (whole, space) = (whole is null ? value : Join(whole, space, value, joined.Position), "");
        }
        return whole;
    }

    private HoconValue Join(HoconValue left, string space, HoconValue right, HoconPosition position) =>
        (left, right) switch
        {
            (HoconValue.Text a, HoconValue.Text b) => Join(a.Value, space, b.Value),
            (HoconValue.Sequence a, HoconValue.Sequence b) => Join(a, b),
            (HoconValue.Table a, HoconValue.Table b) => Merge(a, b),
            _ => throw position.Error(
                $"{left.Kind} and {right.Kind} cannot stand side by side: join texts, lists or objects only."
            ),
        };

    private HoconValue.Text Join(string left, string space, string right)
    {
        Count((left.Length + right.Length) / PieceLength);
        return new HoconValue.Text(left + space + right);
    }

    private HoconValue.Sequence Join(HoconValue.Sequence left, HoconValue.Sequence right)
    {
        Count(left.Items.Count + right.Items.Count);
        return new HoconValue.Sequence([.. left.Items, .. right.Items]);
    }

    private HoconValue.Table Merge(HoconValue.Table below, HoconValue.Table above)
    {
        Count(below.Fields.Count + above.Fields.Count);
        return above.WithFallback(below);
    }
}
