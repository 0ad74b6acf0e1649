namespace Farm.Worker.Core;

/// <summary>How much of an attempt's log exists, was sent in this session, and is on the coordinator's disk. All in bytes.</summary>
/// <param name="Length">Bytes in the spool.</param>
/// <param name="Sent">Where the next piece begins; null until the coordinator has said in this session what it has.</param>
/// <param name="Acknowledged">What the coordinator has stored.</param>
public sealed record LogProgress(long Length, long? Sent, long Acknowledged)
{
    /// <summary>The log of an attempt that is new in this session.</summary>
    public static LogProgress Empty { get; } = new(0, 0, 0);

    /// <summary>Whether every byte was handed to the session, or had arrived in an earlier one.</summary>
    public bool IsSent => (Sent ?? Acknowledged) >= Length;

    /// <summary>The log as it stands when a new session begins.</summary>
    public LogProgress InNewSession() => this with { Sent = null };

    /// <summary>Takes the coordinator's word: an offset below what it had said before means that it lost bytes and gets them again.</summary>
    public LogProgress WithAcknowledged(long offset) =>
        this with
        {
            Acknowledged = offset,
            Sent = Sent is { } sent && offset >= Acknowledged ? Math.Max(sent, offset) : offset,
        };

    /// <summary>The next piece to send; null when there is none or when <paramref name="windowBytes"/> are under way.</summary>
    public (long Offset, int Count)? NextPiece(long windowBytes, int pieceBytes)
    {
        if (Sent is not { } sent || sent >= Length)
            return null;
        var room = Acknowledged + windowBytes - sent;
        return room > 0 ? (sent, (int)Math.Min(Math.Min(Length - sent, pieceBytes), room)) : null;
    }
}
