namespace Farm.Actors.Configuration;

/// <summary>A value of a configuration, all substitutions made.</summary>
public abstract class HoconValue
{
    private HoconValue() { }

    /// <summary>How an error message calls it.</summary>
    internal abstract string Kind { get; }

    internal sealed class Text(string value) : HoconValue
    {
        public string Value { get; } = value;
        internal override string Kind => $"'{Value}'";

        public override string ToString() => HoconText.Quote(Value);
    }

    /// <summary>The literal null: hides what a fallback has.</summary>
    internal sealed class Null : HoconValue
    {
        internal override string Kind => "null";

        public override string ToString() => "null";
    }

    internal sealed class Sequence(IReadOnlyList<HoconValue> items) : HoconValue
    {
        public IReadOnlyList<HoconValue> Items { get; } = items;
        internal override string Kind => "a list";

        public override string ToString() => $"[{string.Join(", ", Items)}]";
    }

    internal sealed class Table(IReadOnlyDictionary<string, HoconValue> fields) : HoconValue
    {
        public static readonly Table Empty = new(new Dictionary<string, HoconValue>());

        public IReadOnlyDictionary<string, HoconValue> Fields { get; } = fields;
        internal override string Kind => "an object";

        /// <summary>Takes this table's values, and the other's where this has none; tables in both are merged.</summary>
        public Table WithFallback(Table other)
        {
            var merged = new Dictionary<string, HoconValue>(other.Fields, StringComparer.Ordinal);
            foreach (var (key, value) in Fields)
                merged[key] =
                    value is Table table && merged.TryGetValue(key, out var below) && below is Table tableBelow
                        ? table.WithFallback(tableBelow)
                        : value;
            return new Table(merged);
        }

        public override string ToString() =>
            $"{{ {string.Join(", ", Fields.Select(field => $"{HoconText.Quote(field.Key)} : {field.Value}"))} }}";
    }
}
