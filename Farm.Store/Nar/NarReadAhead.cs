namespace Farm.Store.Nar;

/// <summary>How far a <see cref="NarReader"/> may read.</summary>
public enum NarReadAhead
{
    /// <summary>Never beyond the archive's last byte: what follows in the stream belongs to someone else.</summary>
    Exact,

    /// <summary>In large pieces: the stream ends with the archive, or its rest is of no use.</summary>
    Free,
}
