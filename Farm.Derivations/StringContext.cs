using System.Collections;
using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Farm.Derivations;

/// <summary>What a text must not exist without: a set.</summary>
public sealed class StringContext : IEnumerable<ContextElement>, IEquatable<StringContext>
{
    private readonly ImmutableSortedSet<ContextElement> _elements;

    private StringContext(ImmutableSortedSet<ContextElement> elements) => _elements = elements;

    /// <summary>Nothing.</summary>
    public static StringContext Empty { get; } = new([]);

    public int Count => _elements.Count;

    public bool IsEmpty => _elements.IsEmpty;

    public static StringContext Of(ContextElement element) => new([element]);

    /// <summary>What is in one or the other.</summary>
    public StringContext Union(StringContext other) =>
        other.IsEmpty || ReferenceEquals(this, other) ? this
        : IsEmpty ? other
        : new(_elements.Union(other._elements));

    /// <summary>Each element changed.</summary>
    internal StringContext Select(Func<ContextElement, ContextElement> change) => new([.. _elements.Select(change)]);

    /// <summary>As Nix's <c>builtins.getContext</c> tells it: by path, <c>path</c>, <c>allOutputs</c> and <c>outputs</c> where they apply.</summary>
    public JsonObject ToJson()
    {
        var byPath = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var element in _elements)
        {
            switch (element)
            {
                case ContextElement.Opaque opaque:
                    Entry(opaque.Item.PrintedPath)["path"] = true;
                    break;
                case ContextElement.DrvDeep deep:
                    Entry(deep.Derivation.PrintedPath)["allOutputs"] = true;
                    break;
                case ContextElement.Built built:
                    var entry = Entry(built.Derivation.PrintedPath);
                    if (entry["outputs"] is not JsonArray outputs)
                        entry["outputs"] = outputs = [];
                    outputs.Add(built.OutputName);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException($"No case of a context is {element.GetType()}.");
            }
        }
        return new JsonObject(byPath.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));

        JsonObject Entry(string path)
        {
            if (!byPath.TryGetValue(path, out var entry))
                byPath.Add(path, entry = []);
            return entry;
        }
    }

    public bool Equals(StringContext? other) => other is not null && _elements.SequenceEqual(other._elements);

    public override bool Equals(object? obj) => Equals(obj as StringContext);

    public override int GetHashCode() => _elements.Count;

    public IEnumerator<ContextElement> GetEnumerator() => _elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The elements as Nix writes them, divided by blanks.</summary>
    public override string ToString() => string.Join(' ', _elements);
}
