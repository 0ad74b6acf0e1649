using System.Diagnostics.CodeAnalysis;

namespace Farm.Actors.Cells;

[SuppressMessage("Design", "CA1001", Justification = "The source has no timer and no wait handle to dispose.")]
internal sealed class TimerCancelable : ICancelable
{
    private readonly CancellationTokenSource _source = new();

    public bool IsCancellationRequested => _source.IsCancellationRequested;
    public CancellationToken Token => _source.Token;

    public void Cancel() => _source.Cancel();
}
