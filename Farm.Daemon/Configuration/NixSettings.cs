using System.Collections.Immutable;

namespace Farm.Daemon.Configuration;

/// <summary>Settings as a configuration gives them, not yet understood. Not compared by value.</summary>
/// <remarks>Each setting is checked when it is set, so that reading one cannot fail.</remarks>
public sealed record NixSettings
{
    private const string Extra = "extra-";

    private readonly ImmutableDictionary<string, string> _values;
    private readonly ImmutableHashSet<string> _extended;

    private NixSettings(
        ImmutableDictionary<string, string> values,
        ImmutableHashSet<string> extended,
        ImmutableSortedSet<string> unknown
    ) => (_values, _extended, Unknown) = (values, extended, unknown);

    /// <summary>Nothing is set.</summary>
    public static NixSettings Empty { get; } =
        new(
            ImmutableDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal),
            ImmutableHashSet<string>.Empty.WithComparer(StringComparer.Ordinal),
            ImmutableSortedSet<string>.Empty.WithComparer(StringComparer.Ordinal)
        );

    /// <summary>Names that were set and that Nix has no setting of.</summary>
    public ImmutableSortedSet<string> Unknown { get; }

    /// <summary>The warnings about those, in Nix's words.</summary>
    public IEnumerable<string> Warnings => Unknown.Select(name => $"warning: unknown setting '{name}'");

    /// <summary>Sets a setting, under any of its names; <c>extra-</c> before the name of a list adds to it.</summary>
    /// <param name="name">An unknown one is only noted.</param>
    /// <exception cref="NixConfException">The setting does not take this value.</exception>
    public NixSettings With(string name, string value)
    {
        if (NixSettingTable.Find(name) is { } kind)
        {
            var plain = NixSettingTable.NameOf(name);
            return kind.Problem(plain, value) is { } problem
                ? throw new NixConfException(problem)
                : new(_values.SetItem(plain, value), _extended.Remove(plain), Unknown);
        }
        if (
            name.StartsWith(Extra, StringComparison.Ordinal)
            && NixSettingTable.Find(name[Extra.Length..]) is { IsAppendable: true }
        )
        {
            var plain = NixSettingTable.NameOf(name[Extra.Length..]);
            var extended = IsSet(plain) ? _extended : _extended.Add(plain);
            return new(_values.SetItem(plain, string.Join(' ', [.. Words(plain), value])), extended, Unknown);
        }
        return new(_values, _extended, Unknown.Add(name));
    }

    /// <summary>Sets one after the other.</summary>
    public NixSettings With(IEnumerable<NixAssignment> assignments) =>
        assignments.Aggregate(this, (settings, next) => settings.With(next.Name, next.Value));

    /// <summary>Whether the configuration names the setting.</summary>
    public bool IsSet(string name) => _values.ContainsKey(name);

    /// <summary>Whether a list has what it has by default, and perhaps more.</summary>
    public bool KeepsDefault(string name) => !IsSet(name) || _extended.Contains(name);

    /// <summary>The value as text; null where it is not set.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name);

    public bool Flag(string name, bool otherwise) =>
        Text(name) is { } text && NixValue.TryFlag(text, out var value) ? value : otherwise;

    public long Number(string name, long otherwise) =>
        Text(name) is { } text && NixValue.TryNumber(text, out var value) ? value : otherwise;

    /// <summary>A time in seconds; null for 0, which means no limit, and for less.</summary>
    public TimeSpan? Seconds(string name) =>
        Number(name, 0) is > 0 and var seconds ? TimeSpan.FromSeconds(Math.Min(seconds, uint.MaxValue)) : null;

    /// <summary>The words of a list, or those that it has where it is not set.</summary>
    public ImmutableArray<string> Words(string name) => [.. NixValue.Words(Text(name) ?? NixDefaults.Of(name))];
}
