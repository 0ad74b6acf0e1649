namespace Farm.Worker.Execution;

/// <summary>Another node cannot be reached, refuses, or answers with what is no answer.</summary>
/// <param name="message">One sentence that names the address.</param>
/// <param name="isTransient">Whether the same transfer may succeed later.</param>
/// <param name="lacksReference">Whether the node refuses a path because it lacks another that the path refers to.</param>
public sealed class TransferException(
    string message,
    bool isTransient,
    bool lacksReference = false,
    Exception? cause = null
) : Exception(message, cause)
{
    public bool IsTransient { get; } = isTransient;

    public bool LacksReference { get; } = lacksReference;
}
