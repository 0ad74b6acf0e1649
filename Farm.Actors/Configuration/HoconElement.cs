namespace Farm.Actors.Configuration;

/// <summary>What was written, substitutions not yet made.</summary>
internal abstract class HoconElement
{
    private HoconElement() { }

    public sealed class Literal(HoconValue value, bool isBare = false) : HoconElement
    {
        /// <summary>Written without quotes.</summary>
        public bool IsBare { get; } = isBare;
        public HoconValue Value { get; } = value;
    }

    public sealed class Items(IReadOnlyList<HoconElement> elements) : HoconElement
    {
        public IReadOnlyList<HoconElement> Elements { get; } = elements;
    }

    /// <summary>An object: for each key its definitions, in the order of the text.</summary>
    public sealed class Fields : HoconElement
    {
        public Dictionary<string, List<HoconElement>> ByKey { get; } = new(StringComparer.Ordinal);

        /// <summary>Defines a key, below one that is an object already: merged; on top of the others otherwise.</summary>
        public void Define(string key, HoconElement value)
        {
            if (!ByKey.TryGetValue(key, out var definitions))
                ByKey[key] = definitions = [];
            if (value is Fields added && definitions is [.., Fields present])
                present.Include(added);
            else
                definitions.Add(value);
        }

        public void Define(IReadOnlyList<string> path, HoconElement value)
        {
            for (var at = path.Count - 1; at > 0; at--)
            {
                var outer = new Fields();
                outer.Define(path[at], value);
                value = outer;
            }
            Define(path[0], value);
        }

        public void Include(Fields other)
        {
            foreach (var (key, definitions) in other.ByKey)
            foreach (var definition in definitions)
                Define(key, definition);
        }
    }

    /// <summary><c>${path}</c> or <c>${?path}</c>.</summary>
    public sealed class Reference(
        IReadOnlyList<string> path,
        IReadOnlyList<string> prefix,
        bool isOptional,
        HoconPosition position
    ) : HoconElement
    {
        public IReadOnlyList<string> Path { get; } = path;

        /// <summary>Where the file that holds it is included; the path is first looked up there.</summary>
        public IReadOnlyList<string> Prefix { get; } = prefix;
        public bool IsOptional { get; } = isOptional;
        public HoconPosition Position { get; } = position;
    }

    /// <summary>Values side by side, with the white space between them as literals.</summary>
    public sealed class Joined(IReadOnlyList<HoconElement> parts, HoconPosition position) : HoconElement
    {
        public IReadOnlyList<HoconElement> Parts { get; } = parts;
        public HoconPosition Position { get; } = position;
    }

    /// <summary>White space between two values on a line: kept between texts, dropped elsewhere.</summary>
    public sealed class Space(string text) : HoconElement
    {
        public string Text { get; } = text;
    }
}
