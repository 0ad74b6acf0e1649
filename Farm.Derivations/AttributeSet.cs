using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Farm.Derivations;

/// <summary>Attributes by name, in the byte order of their names as Nix has it.</summary>
/// <remarks>Written as <c>new() { ["FLAGS"] = "-O2", ["deps"] = [zlib, openssl] }</c>. Not for use by two threads while it changes.</remarks>
public sealed class AttributeSet : IEnumerable<KeyValuePair<string, NixValue>>
{
    private readonly SortedDictionary<string, NixValue> _attributes = new(Utf8Order.Instance);

    public AttributeSet() { }

    /// <summary>A copy.</summary>
    public AttributeSet(IEnumerable<KeyValuePair<string, NixValue>> attributes)
    {
        foreach (var (name, value) in attributes)
            Add(name, value);
    }

    public int Count => _attributes.Count;

    public IEnumerable<string> Names => _attributes.Keys;

    /// <summary>Reading an attribute that is not there throws; writing one that is there replaces it. A C# null is Nix's null.</summary>
    /// <exception cref="DerivationException">There is no such attribute.</exception>
    [AllowNull]
    public NixValue this[string name]
    {
        get =>
            _attributes.TryGetValue(name, out var value)
                ? value
                : throw new DerivationException(
                    $"There is no attribute '{name}'; there are: {string.Join(", ", _attributes.Keys)}."
                );
        set => _attributes[name] = value ?? NixValue.Null;
    }

    /// <exception cref="DerivationException">There is one of this name already.</exception>
    public void Add(string name, NixValue? value)
    {
        if (!_attributes.TryAdd(name, value ?? NixValue.Null))
            throw new DerivationException($"The attribute '{name}' is given twice.");
    }

    public bool Contains(string name) => _attributes.ContainsKey(name);

    public bool TryGet(string name, [NotNullWhen(true)] out NixValue? value) =>
        _attributes.TryGetValue(name, out value);

    public bool Remove(string name) => _attributes.Remove(name);

    /// <summary>These and others; where both have one, the other. Nix's <c>//</c>.</summary>
    public AttributeSet Update(AttributeSet other)
    {
        var both = new AttributeSet(this);
        foreach (var (name, value) in other)
            both[name] = value;
        return both;
    }

    public IEnumerator<KeyValuePair<string, NixValue>> GetEnumerator() => _attributes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The order of UTF-8 bytes, which is not that of UTF-16 units.</summary>
    private sealed class Utf8Order : IComparer<string>
    {
        public static readonly Utf8Order Instance = new();

        public int Compare(string? x, string? y)
        {
            var left = x.AsSpan();
            var right = y.AsSpan();
            var same = left.CommonPrefixLength(right);
            if (same == left.Length || same == right.Length)
                return left.Length - right.Length;
            // Surrogates sort after all other units in UTF-8, before U+E000 in UTF-16.
            var (one, two) = (left[same], right[same]);
            if (char.IsSurrogate(one) != char.IsSurrogate(two))
                return char.IsSurrogate(one) ? 1 : -1;
            return one.CompareTo(two);
        }
    }
}
