namespace Farm.Http.Caches;

/// <summary>Room in an <see cref="ArchiveMemory"/> for one archive, which is given up with this unless it was filled.</summary>
public sealed class ArchiveRoom : IDisposable
{
    private readonly ArchiveMemory _memory;
    private bool _isOver;

    internal ArchiveRoom(ArchiveMemory memory, ArchiveName name, long mostBytes) =>
        (_memory, Name, MostBytes) = (memory, name, mostBytes);

    internal ArchiveName Name { get; }

    /// <summary>How long what is kept may be.</summary>
    public long MostBytes { get; }

    /// <summary>Keeps the archive, whose bytes may not change any more.</summary>
    public KeptArchive Keep(ReadOnlyMemory<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MostBytes);
        ObjectDisposedException.ThrowIf(_isOver, this);
        _isOver = true;
        return _memory.Keep(this, bytes);
    }

    public void Dispose()
    {
        if (!_isOver)
            _memory.GiveUp(this);
        _isOver = true;
    }
}
