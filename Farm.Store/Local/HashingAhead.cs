using System.Buffers;
using Farm.Store.Nar;

namespace Farm.Store.Local;

/// <summary>Hashes the pieces of an archive in their order while what follows is read and written.</summary>
/// <remarks>For one caller at a time. Two pieces wait at most, if the caller throttles.</remarks>
/// <param name="tap">Hashes one piece.</param>
internal sealed class HashingAhead(NarTap tap) : IAsyncDisposable
{
    /// <summary>What is hashed sooner than another thread is told to.</summary>
    private const int SmallBytes = 64 * 1024;

    private Task _last = Task.CompletedTask;
    private Task _before = Task.CompletedTask;

    /// <summary>Takes over a piece, which may be used for something else then.</summary>
    public void Take(ReadOnlySpan<byte> piece)
    {
        if (piece.Length < SmallBytes && _last.IsCompletedSuccessfully)
        {
            tap(piece);
            return;
        }
        var copy = ArrayPool<byte>.Shared.Rent(piece.Length);
        piece.CopyTo(copy);
        (_before, _last) = (_last, AfterAsync(_last, copy, piece.Length));
    }

    /// <summary>Waits until one piece is left at most.</summary>
    public Task ThrottleAsync() => _before;

    /// <summary>Waits until all is hashed.</summary>
    public Task FinishAsync() => _last;

    /// <summary>Ends with nothing under way.</summary>
    public async ValueTask DisposeAsync() => await _last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task AfterAsync(Task before, byte[] copy, int length) =>
        Task.Run(
            async () =>
            {
                try
                {
                    await before.ConfigureAwait(false);
                    tap(copy.AsSpan(0, length));
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(copy);
                }
            },
            CancellationToken.None
        );
}
