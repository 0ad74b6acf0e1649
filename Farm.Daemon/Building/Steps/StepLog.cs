using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Hashing;
using Farm.Worker.Execution;

namespace Farm.Daemon.Building.Steps;

/// <summary>Takes the output of one builder: to the file, and line by line to who listens.</summary>
internal sealed class StepLog(StepWork work, string logDir, IStepListener listener) : IBuildProgress, IAsyncDisposable
{
    private readonly LogLines _lines = new();
    private readonly Queue<string> _tail = new();

    private readonly StepLogFile? _file = work.Settings.Build.KeepsLog
        ? new(logDir, work.DrvPath, work.Settings.Build.CompressesLog)
        : null;

    /// <summary>The last lines, as many as an error shows.</summary>
    public ImmutableArray<string> Tail => [.. _tail];

    public ValueTask EnterAsync(BuildPhase phase, CancellationToken ct) => ValueTask.CompletedTask;

    public async ValueTask LogAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (_file is not null)
            await _file.WriteAsync(bytes, ct).ConfigureAwait(false);
        foreach (var line in _lines.Add(bytes))
            await ShowAsync(line, ct).ConfigureAwait(false);
    }

    /// <summary>Shows the last line, where no line feed has ended it.</summary>
    public async ValueTask FinishAsync(CancellationToken ct)
    {
        if (_lines.Finish() is { } line)
            await ShowAsync(line, ct).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is not null)
            await _file.DisposeAsync().ConfigureAwait(false);
    }

    private ValueTask ShowAsync(ByteString line, CancellationToken ct)
    {
        if (BuilderMessage.Read(line) is null && work.Settings.Build.LogLines > 0)
        {
            if (_tail.Count == work.Settings.Build.LogLines)
                _tail.Dequeue();
            _tail.Enqueue(line.ToString());
        }
        return listener.LineAsync(line, ct);
    }
}
