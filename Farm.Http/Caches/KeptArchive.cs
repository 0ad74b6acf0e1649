using System.IO.Pipelines;

namespace Farm.Http.Caches;

/// <summary>An archive in memory that is being sent; it stays there until this is disposed of.</summary>
public sealed class KeptArchive : IDisposable
{
    /// <summary>Is sent in one call: a pipe that is written to has its bytes in pieces of 4 KiB.</summary>
    private const int PieceBytes = 256 * 1024;

    private readonly ReadOnlyMemory<byte> _bytes;
    private Action? _takeBack;

    internal KeptArchive(ReadOnlyMemory<byte> bytes, Action takeBack) => (_bytes, _takeBack) = (bytes, takeBack);

    public int SizeBytes => _bytes.Length;

    /// <summary>Writes a part, no faster than it is read.</summary>
    public async Task SendAsync(int from, int count, PipeWriter destination, CancellationToken ct)
    {
        for (var rest = _bytes.Slice(from, count); !rest.IsEmpty; )
        {
            var piece = rest[..Math.Min(PieceBytes, rest.Length)];
            rest = rest[piece.Length..];
            piece.CopyTo(destination.GetMemory(piece.Length));
            destination.Advance(piece.Length);
            if ((await destination.FlushAsync(ct).ConfigureAwait(false)).IsCompleted && !rest.IsEmpty)
                throw new OperationCanceledException("Nobody reads the archive any more.");
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _takeBack, null)?.Invoke();
}
