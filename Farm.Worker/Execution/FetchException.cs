namespace Farm.Worker.Execution;

/// <summary>An input cannot be fetched from anywhere; the message says what each source answered.</summary>
/// <param name="isTransient">Whether it may be fetched later.</param>
public sealed class FetchException(string message, bool isTransient, Exception? cause = null)
    : Exception(message, cause)
{
    public bool IsTransient { get; } = isTransient;
}
