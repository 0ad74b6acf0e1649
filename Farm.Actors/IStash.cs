namespace Farm.Actors;

/// <summary>Where an actor puts messages aside for later. A restart, and the end, put all back into the mailbox.</summary>
public interface IStash
{
    int Count { get; }
    bool IsEmpty { get; }
    bool NonEmpty { get; }

    /// <summary>Puts the current message aside.</summary>
    /// <exception cref="IllegalActorStateException">It is there already.</exception>
    void Stash();

    /// <summary>Puts the oldest message back, before all others in the mailbox.</summary>
    void Unstash();

    /// <summary>Puts all back, in their order, before all others in the mailbox.</summary>
    void UnstashAll();

    /// <summary>Puts those back that the predicate chooses; the others are dropped.</summary>
    void UnstashAll(Func<Envelope, bool> predicate);

    /// <summary>Takes all out without handling them.</summary>
    IEnumerable<Envelope> ClearStash();

    /// <summary>Adds messages before those put aside.</summary>
    void Prepend(IEnumerable<Envelope> envelopes);
}
