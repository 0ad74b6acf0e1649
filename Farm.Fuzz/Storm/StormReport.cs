using System.Collections.Immutable;

namespace Farm.Fuzz.Storm;

/// <summary>What a storm has come to.</summary>
/// <param name="Operations">How often each part has done its work to the end.</param>
/// <param name="Failures">Every error that a caller met, and every broken promise of the store.</param>
public sealed record StormReport(ImmutableSortedDictionary<string, long> Operations, ImmutableArray<string> Failures)
{
    public override string ToString() =>
        $"{string.Join(", ", Operations.Select(part => $"{part.Value} {part.Key}"))}; {Failures.Length} failures";
}
