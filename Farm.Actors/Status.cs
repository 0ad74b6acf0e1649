namespace Farm.Actors;

/// <summary>How something asked for has ended.</summary>
public abstract class Status
{
    private Status() { }

    /// <summary>It went well.</summary>
    /// <param name="status">What to say of it; null for nothing.</param>
    public sealed class Success(object? status) : Status
    {
        public object? Status { get; } = status;

        public override string ToString() => $"Success: {Status}";
    }

    /// <summary>It failed; an Ask that receives this fails with the cause.</summary>
    public sealed class Failure(Exception cause) : Status
    {
        public Exception Cause { get; } = cause;

        public override string ToString() => $"Failure: {Cause}";
    }
}
