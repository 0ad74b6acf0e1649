using System.Runtime.ExceptionServices;

namespace Farm.Store.Actors;

/// <summary>How an operation under locks has ended.</summary>
internal abstract record OperationEnded
{
    private OperationEnded() { }

    public sealed record Done(object? Result) : OperationEnded;

    public sealed record Failed(Exception Cause) : OperationEnded;

    /// <summary>The result, or the failure as the operation threw it.</summary>
    public TResult Unwrap<TResult>()
    {
        if (this is Failed failed)
            ExceptionDispatchInfo.Throw(failed.Cause);
        return (TResult)((Done)this).Result!; // An operation without a result has a result type that takes null.
    }
}
