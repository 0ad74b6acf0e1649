namespace Farm.Actors.Cells;

internal sealed class CellStash(ActorCell cell) : IStash
{
    private readonly LinkedList<Envelope> _stashed = new();

    public int Count => _stashed.Count;
    public bool IsEmpty => _stashed.Count == 0;
    public bool NonEmpty => _stashed.Count > 0;

    public void Stash()
    {
        if (cell.Current.Message is null)
            throw new IllegalActorStateException($"{cell.SelfRef.Path} has no current message to stash.");
        if (_stashed.Last?.Value == cell.Current)
            throw new IllegalActorStateException(
                $"Can't stash the same message {cell.Current.Message} more than once."
            );
        _stashed.AddLast(cell.Current);
    }

    public void Unstash()
    {
        if (_stashed.First is not { } first)
            return;
        _stashed.RemoveFirst();
        cell.Mailbox.Return([first.Value]);
    }

    public void UnstashAll() => UnstashAll(_ => true);

    public void UnstashAll(Func<Envelope, bool> predicate) => cell.Mailbox.Return(ClearStash().Where(predicate));

    public IEnumerable<Envelope> ClearStash()
    {
        Envelope[] all = [.. _stashed];
        _stashed.Clear();
        return all;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes.Reverse())
            _stashed.AddFirst(envelope);
    }
}
