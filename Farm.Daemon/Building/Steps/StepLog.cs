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

    /// <summary>What was shown of the log as it is now; null where it cannot begin anew.</summary>
    private List<int>? _shown;

    /// <summary>How many lines of the log as it is now have come.</summary>
    private int _count;

    /// <summary>The last lines, as many as an error shows.</summary>
    public ImmutableArray<string> Tail => [.. _tail];

    /// <summary>Remembers what is shown, so that the log can begin anew.</summary>
    public void ExpectRestarts() => _shown = [];

    /// <summary>The build begins anew: the file and the last lines are of the new log alone, and of that is shown what differs from what
    /// was shown already.</summary>
    public ValueTask RestartAsync()
    {
        _lines.Finish();
        _tail.Clear();
        _count = 0;
        return _file?.RestartAsync() ?? ValueTask.CompletedTask;
    }

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

    private bool WasShown(ByteString line)
    {
        if (_shown is null)
            return false;
        var (at, hash) = (_count++, line.GetHashCode());
        if (at < _shown.Count && _shown[at] == hash)
            return true;
        if (at < _shown.Count)
            _shown.RemoveRange(at, _shown.Count - at);
        _shown.Add(hash);
        return false;
    }

    private ValueTask ShowAsync(ByteString line, CancellationToken ct)
    {
        if (BuilderMessage.Read(line) is null && work.Settings.Build.LogLines > 0)
        {
            if (_tail.Count == work.Settings.Build.LogLines)
                _tail.Dequeue();
            _tail.Enqueue(line.ToString());
        }
        return WasShown(line) ? ValueTask.CompletedTask : listener.LineAsync(line, ct);
    }
}
