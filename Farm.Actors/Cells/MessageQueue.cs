namespace Farm.Actors.Cells;

/// <summary>A queue without locks for many writers and one reader.</summary>
internal sealed class MessageQueue<T>
{
    private Node _head;
    private Node _tail;

    public MessageQueue() => _head = _tail = new Node(default!);

    /// <summary>Exact for the reader; a full fence stands between an <see cref="Enqueue"/> and what its caller reads next.</summary>
    public bool IsEmpty => ReferenceEquals(_head, Volatile.Read(ref _tail));

    public void Enqueue(T item)
    {
        var added = new Node(item);
        var before = Interlocked.Exchange(ref _tail, added);
        Volatile.Write(ref before.Next, added);
    }

    public bool TryDequeue(out T item)
    {
        var head = _head;
        var next = Volatile.Read(ref head.Next);
        if (next is null)
        {
            if (IsEmpty)
            {
                item = default!;
                return false;
            }
            next = AwaitLink(head);
        }
        item = next.Item;
        next.Item = default!;
        head.Next = null; // else a long-lived dead node would keep all later ones alive
        _head = next;
        return true;
    }

    private static Node AwaitLink(Node head)
    {
        var spinner = new SpinWait();
        Node? next;
        while ((next = Volatile.Read(ref head.Next)) is null)
            spinner.SpinOnce(sleep1Threshold: -1);
        return next;
    }

    private sealed class Node(T item)
    {
        public T Item = item;
        public Node? Next;
    }
}
