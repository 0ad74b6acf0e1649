namespace Farm.Store.Local;

/// <summary>What became of a file that might share its content.</summary>
internal abstract record LinkOutcome
{
    private LinkOutcome() { }

    /// <summary>It is the first with its content.</summary>
    public sealed record Added : LinkOutcome
    {
        public static Added Instance { get; } = new();
    }

    /// <summary>It shared its content before.</summary>
    public sealed record Already : LinkOutcome
    {
        public static Already Instance { get; } = new();
    }

    /// <summary>It is replaced by a link.</summary>
    /// <param name="SavedBytes">Size of the file that is gone; 0 where that has other names still.</param>
    /// <param name="IsInodeFreed">Whether it has none.</param>
    public sealed record Replaced(long SavedBytes, bool IsInodeFreed) : LinkOutcome;

    /// <summary>It stays as it is.</summary>
    public sealed record Kept(KeptReason Reason) : LinkOutcome;

    /// <summary>What is in <c>.links</c> under its hash has another content, mode or time, and must go.</summary>
    public sealed record CorruptLink : LinkOutcome
    {
        public static CorruptLink Instance { get; } = new();
    }
}
