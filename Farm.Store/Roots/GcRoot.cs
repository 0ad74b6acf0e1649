using Farm.Store.Paths;

namespace Farm.Store.Roots;

/// <summary>Keeps a store path from the collector, and with it all that the path refers to.</summary>
/// <param name="Path">What is kept. Valid, but for <see cref="RootKind.Temporary"/>.</param>
/// <param name="Reason">The link, the file in <c>/proc</c>, or <c>{temp:PID}</c>, as Nix prints them.</param>
/// <param name="Kind">Where it comes from.</param>
public sealed record GcRoot(StorePath Path, string Reason, RootKind Kind) : IComparable<GcRoot>
{
    /// <summary>By path, then by reason.</summary>
    public int CompareTo(GcRoot? other)
    {
        if (other is null)
            return 1;
        var order = Path.CompareTo(other.Path);
        return order != 0 ? order : string.CompareOrdinal(Reason, other.Reason);
    }
}
