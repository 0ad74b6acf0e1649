namespace Farm.Cli.Progress;

/// <summary>How far an operation on a store has come. Immutable, and complete in itself: a later one replaces it.</summary>
/// <param name="Verb">What is being done, such as <c>checking</c>; another verb begins another part of the work.</param>
/// <param name="Unit">What is counted, in the plural, such as <c>paths</c>.</param>
/// <param name="Done">How many of them are done.</param>
/// <param name="Total">How many there are; null while that is not known.</param>
/// <param name="DoneBytes">Bytes that were read, copied or freed; 0 where bytes say nothing.</param>
/// <param name="TotalBytes">How many bytes there are; null while that is not known.</param>
public sealed record WorkProgress(
    string Verb,
    string Unit,
    long Done,
    long? Total = null,
    long DoneBytes = 0,
    long? TotalBytes = null
)
{
    /// <summary>What part is done, from 0 to 1, by bytes where their number is known; null where neither total is.</summary>
    public double? Part =>
        TotalBytes is > 0 and var bytes ? Math.Clamp((double)DoneBytes / bytes, 0, 1)
        : Total is > 0 and var total ? Math.Clamp((double)Done / total, 0, 1)
        : null;
}
