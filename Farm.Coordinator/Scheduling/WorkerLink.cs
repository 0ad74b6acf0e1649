namespace Farm.Coordinator.Scheduling;

/// <summary>Whether a worker can be spoken to.</summary>
public abstract record WorkerLink
{
    private WorkerLink() { }

    /// <param name="Session">Number of the session; what an older session says is ignored.</param>
    public sealed record Connected(long Session, DateTimeOffset Since) : WorkerLink;

    /// <param name="Since">When the connection broke, or the coordinator started.</param>
    /// <param name="GraceEnds">Until then its attempts are kept for it.</param>
    public sealed record Disconnected(DateTimeOffset Since, DateTimeOffset GraceEnds) : WorkerLink;
}
