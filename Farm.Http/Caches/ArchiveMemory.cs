namespace Farm.Http.Caches;

/// <summary>Archives as they are sent, kept in memory for the next who asks. What was asked for longest ago makes room.</summary>
/// <remarks>All that is kept, being made or still being sent counts: what does not fit beside it is not kept. Named by contents, what
/// is kept never becomes wrong; whether a path is valid is the database's to say.</remarks>
/// <param name="capacityBytes">Most that is kept; 0 keeps nothing.</param>
public sealed class ArchiveMemory(long capacityBytes)
{
    /// <summary>One archive may take this part of the whole.</summary>
    private const int LargestPart = 4;

    /// <summary>Names that are remembered as asked for once.</summary>
    private const int MostAsked = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<ArchiveName, Kept> _kept = [];
    private readonly LinkedList<Kept> _byUse = []; // The one asked for longest ago comes first.
    private readonly HashSet<ArchiveName> _making = [];
    private readonly HashSet<ArchiveName> _asked = [];
    private readonly Queue<ArchiveName> _askedInOrder = [];
    private long _usedBytes;

    /// <summary>Longer ones are not kept.</summary>
    public long LargestBytes => capacityBytes / LargestPart;

    /// <summary>What is kept under this name, for as long as it is not given back; null where nothing is.</summary>
    public KeptArchive? Find(ArchiveName name)
    {
        lock (_gate)
            return _kept.TryGetValue(name, out var kept) ? Lend(kept) : null;
    }

    /// <summary>Notes that a name was asked for. Answers whether it had been lately: what is asked for once is not worth keeping.</summary>
    public bool IsAskedAgain(ArchiveName name)
    {
        lock (_gate)
        {
            if (!_asked.Add(name))
                return true;
            _askedInOrder.Enqueue(name);
            if (_askedInOrder.Count > MostAsked)
                _asked.Remove(_askedInOrder.Dequeue());
            return false;
        }
    }

    /// <summary>Room for an archive that is to be made.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mostBytes">It is not longer than this.</param>
    /// <returns>Null where there is no room for it, or another is making it.</returns>
    public ArchiveRoom? TryReserve(ArchiveName name, long mostBytes)
    {
        lock (_gate)
        {
            if (mostBytes > LargestBytes || _making.Contains(name) || _kept.ContainsKey(name) || !MakeRoom(mostBytes))
                return null;
            _making.Add(name);
            _usedBytes += mostBytes;
            return new(this, name, mostBytes);
        }
    }

    internal KeptArchive Keep(ArchiveRoom room, ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            _making.Remove(room.Name);
            _usedBytes += bytes.Length - room.MostBytes;
            var kept = new Kept(room.Name, bytes);
            _kept.Add(room.Name, kept);
            _byUse.AddLast(kept.Place);
            return Lend(kept);
        }
    }

    internal void GiveUp(ArchiveRoom room)
    {
        lock (_gate)
        {
            _making.Remove(room.Name);
            _usedBytes -= room.MostBytes;
        }
    }

    private KeptArchive Lend(Kept kept)
    {
        kept.Readers++;
        _byUse.Remove(kept.Place);
        _byUse.AddLast(kept.Place);
        return new(kept.Bytes, () => TakeBack(kept));
    }

    private void TakeBack(Kept kept)
    {
        lock (_gate)
            kept.Readers--;
    }

    /// <summary>Lets go what nobody reads, if that is enough.</summary>
    private bool MakeRoom(long bytes)
    {
        var lacking = _usedBytes + bytes - capacityBytes;
        var going = new List<Kept>();
        for (var at = _byUse.First; at is not null && lacking > 0; at = at.Next)
        {
            if (at.Value.Readers > 0)
                continue;
            going.Add(at.Value);
            lacking -= at.Value.Bytes.Length;
        }
        if (lacking > 0)
            return false;
        foreach (var kept in going)
        {
            _kept.Remove(kept.Name);
            _byUse.Remove(kept.Place);
            _usedBytes -= kept.Bytes.Length;
        }
        return true;
    }

    private sealed class Kept
    {
        public Kept(ArchiveName name, ReadOnlyMemory<byte> bytes) => (Name, Bytes, Place) = (name, bytes, new(this));

        public ArchiveName Name { get; }
        public ReadOnlyMemory<byte> Bytes { get; }
        public LinkedListNode<Kept> Place { get; }
        public int Readers { get; set; }
    }
}
