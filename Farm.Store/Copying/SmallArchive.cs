namespace Farm.Store.Copying;

/// <summary>An archive in memory, of a length that was said before. One byte more is kept, for the reader to refuse; what is beyond is not.</summary>
internal sealed class SmallArchive(int saidBytes) : MemoryStream(saidBytes + 1)
{
    /// <summary>All other ways of writing lead here.</summary>
    public override void Write(byte[] buffer, int offset, int count) =>
        base.Write(buffer, offset, (int)Math.Min(count, saidBytes + 1 - Position));
}
