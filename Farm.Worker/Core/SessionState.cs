namespace Farm.Worker.Core;

/// <summary>Whether the worker talks to a coordinator.</summary>
public abstract record SessionState
{
    private SessionState() { }

    /// <param name="Since">When the last session ended, or when the worker started.</param>
    public sealed record Disconnected(DateTimeOffset Since) : SessionState;

    /// <summary>The hello is sent; nothing else may be said before the welcome.</summary>
    /// <param name="Session">Number of the session; what an older one says is ignored.</param>
    public sealed record Greeting(long Session) : SessionState;

    /// <param name="HeartbeatInterval">The worker sends something at least this often.</param>
    /// <param name="LastSent">When it last sent anything.</param>
    public sealed record Live(long Session, TimeSpan HeartbeatInterval, DateTimeOffset LastSent) : SessionState;
}
