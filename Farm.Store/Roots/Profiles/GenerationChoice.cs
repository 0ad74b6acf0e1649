using System.Collections.Immutable;
using System.Diagnostics;

namespace Farm.Store.Roots.Profiles;

/// <summary>Which generations of a profile to delete. The current one is never deleted.</summary>
public abstract record GenerationChoice
{
    private GenerationChoice() { }

    /// <summary>Those with these numbers; numbers of none are ignored, that of the current one is refused.</summary>
    public sealed record Numbered(ImmutableSortedSet<int> Numbers) : GenerationChoice;

    /// <summary>All but the current one.</summary>
    public sealed record Old : GenerationChoice;

    /// <summary>Those made before a time, but for the newest of them: it was the current one then.</summary>
    public sealed record OlderThan(DateTimeOffset Time) : GenerationChoice;

    /// <summary>Those before the last <paramref name="Count"/> that end with the current one; later ones stay.</summary>
    public sealed record AllBut(int Count) : GenerationChoice;

    /// <summary>Chooses among all generations of a profile, given by rising number.</summary>
    public IEnumerable<ProfileGeneration> Of(IReadOnlyList<ProfileGeneration> all) =>
        this switch
        {
            Numbered numbered => all.Where(generation => numbered.Numbers.Contains(generation.Number)),
            Old => all.Where(generation => !generation.IsCurrent),
            OlderThan older => all.Reverse()
                .SkipWhile(generation => generation.Made >= older.Time)
                .Skip(1)
                .Where(generation => !generation.IsCurrent),
            AllBut kept => all.Reverse().SkipWhile(generation => !generation.IsCurrent).Skip(Math.Max(kept.Count, 1)),
            _ => throw new UnreachableException(),
        };
}
