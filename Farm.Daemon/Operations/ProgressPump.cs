using System.Threading.Channels;

namespace Farm.Daemon.Operations;

/// <summary>Hands on what an operation reports, one after the other, to someone who may have to wait.</summary>
/// <remarks>What is reported waits in memory while the receiver does. Disposing waits until all is handed on.</remarks>
internal sealed class ProgressPump<T> : IProgress<T>, IAsyncDisposable
{
    private readonly Channel<T> _reports = Channel.CreateUnbounded<T>(new() { SingleReader = true });
    private readonly Task _handing;

    public ProgressPump(Func<T, ValueTask> receive)
    {
        _handing = HandAsync();

        async Task HandAsync()
        {
            await foreach (var report in _reports.Reader.ReadAllAsync().ConfigureAwait(false))
                await receive(report).ConfigureAwait(false);
        }
    }

    public void Report(T value) => _reports.Writer.TryWrite(value);

    public async ValueTask DisposeAsync()
    {
        _reports.Writer.TryComplete();
        await _handing.ConfigureAwait(false);
    }
}
