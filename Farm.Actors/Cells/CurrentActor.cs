namespace Farm.Actors.Cells;

/// <summary>Which actor runs on this thread.</summary>
internal static class CurrentActor
{
    [ThreadStatic]
    private static ActorCell? s_cell;
    private static readonly AsyncLocal<IActorRef?> s_testActor = new();
    private static volatile bool s_isTesting;

    public static ActorCell? Cell
    {
        get => s_cell;
        set => s_cell = value;
    }

    /// <summary>The sender that a Tell without one has.</summary>
    public static IActorRef? SelfOrNoSender() =>
        s_cell is { } cell ? cell.Self
        : s_isTesting ? s_testActor.Value
        : null;

    /// <summary>Makes a test actor the implied sender of the test that runs in this execution context.</summary>
    public static void SetTestActor(IActorRef testActor) => (s_testActor.Value, s_isTesting) = (testActor, true);
}
