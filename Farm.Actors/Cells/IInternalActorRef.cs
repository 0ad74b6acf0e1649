namespace Farm.Actors.Cells;

/// <summary>What the engine asks of a reference besides telling.</summary>
internal interface IInternalActorRef : IActorRef
{
    ActorSystem System { get; }

    /// <summary>True once nothing told here can be handled any more.</summary>
    bool IsTerminated { get; }

    void SendSystem(SystemMessage message);
}
