namespace Farm.Store.Copying;

/// <summary>Counts what was copied, for many threads, and tells of it.</summary>
internal sealed class CopyCount(long pathsTotal, long bytesTotal, IProgress<CopyProgress>? progress)
{
    private long _paths;
    private long _bytes;

    public long BytesDone => Interlocked.Read(ref _bytes);

    public void AddPath()
    {
        Interlocked.Increment(ref _paths);
        Report();
    }

    public void AddBytes(long count)
    {
        Interlocked.Add(ref _bytes, count);
        Report();
    }

    private void Report() => progress?.Report(new(Interlocked.Read(ref _paths), pathsTotal, BytesDone, bytesTotal));
}
