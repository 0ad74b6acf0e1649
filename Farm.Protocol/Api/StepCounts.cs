namespace Farm.Protocol.Api;

/// <summary>How many steps are in which status.</summary>
public sealed record StepCounts(int Waiting, int Runnable, int Running, int Done, int Failed, int DependencyFailed)
{
    /// <summary>No steps.</summary>
    public static StepCounts None { get; } = new(0, 0, 0, 0, 0, 0);

    public int Total() => Waiting + Runnable + Running + Done + Failed + DependencyFailed;
}
