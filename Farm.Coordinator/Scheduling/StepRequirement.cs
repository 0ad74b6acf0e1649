using System.Collections.Immutable;

namespace Farm.Coordinator.Scheduling;

/// <summary>What a step asks of a worker: steps with equal requirements wait in one queue. Compared by value.</summary>
public sealed class StepRequirement : IEquatable<StepRequirement>
{
    private readonly string _key;

    private StepRequirement(string system, ImmutableSortedSet<string> features)
    {
        (System, Features) = (system, features);
        _key = string.Join('\n', features.Prepend(system));
    }

    /// <summary>Platform, such as <c>x86_64-linux</c>; <c>builtin</c> suits every worker.</summary>
    public string System { get; }

    /// <summary>All must be supported by the worker (Nix's <c>requiredSystemFeatures</c>), in ordinal order.</summary>
    public ImmutableSortedSet<string> Features { get; }

    public static StepRequirement Create(string system, IEnumerable<string> features) =>
        new(system, features.ToImmutableSortedSet(StringComparer.Ordinal));

    public bool Equals(StepRequirement? other) => other is not null && _key == other._key;

    public override bool Equals(object? obj) => Equals(obj as StepRequirement);

    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Features.IsEmpty ? System : $"{System} with {string.Join(", ", Features)}";
}
