namespace Farm.Store.BinaryCaches;

/// <summary>What the caches said when they were asked for a path.</summary>
internal abstract record LookedUp
{
    private LookedUp() { }

    /// <summary>The first that has it, and may be believed.</summary>
    public sealed record There(Substitutable Found) : LookedUp;

    /// <summary>None that answered has it.</summary>
    /// <param name="Reason">Why a cache was of no use, as half a sentence; null where all said that they have not got it.</param>
    /// <param name="IsUnasked">Whether a cache that may have it could not be asked.</param>
    public sealed record Absent(string? Reason, bool IsUnasked) : LookedUp;
}
