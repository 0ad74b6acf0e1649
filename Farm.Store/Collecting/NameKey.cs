namespace Farm.Store.Collecting;

/// <summary>A number made of a store path's name, to tell paths with the same hash part apart without keeping their names.</summary>
/// <remarks>Shape: 32-bit FNV-1a over the ASCII of the name. Two names of one hash part with one number would only keep a leftover.</remarks>
public static class NameKey
{
    private const uint Offset = 2166136261;
    private const uint Prime = 16777619;

    public static uint Of(ReadOnlySpan<char> name)
    {
        var key = Offset;
        foreach (var character in name)
            key = unchecked((key ^ character) * Prime);
        return key;
    }

    /// <inheritdoc cref="Of(ReadOnlySpan{char})"/>
    public static uint Of(ReadOnlySpan<byte> name)
    {
        var key = Offset;
        foreach (var character in name)
            key = unchecked((key ^ character) * Prime);
        return key;
    }
}
