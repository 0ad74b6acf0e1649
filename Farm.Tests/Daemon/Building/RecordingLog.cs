using System.Collections.Concurrent;
using Farm.Daemon.Building;
using Farm.Store.Wire;

namespace Farm.Tests.Daemon.Building;

/// <summary>A client that writes down what it is told.</summary>
internal sealed class RecordingLog : IClientLog
{
    private readonly ConcurrentQueue<LogFrame> _frames = new();
    private readonly TaskCompletionSource _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _last;

    public IReadOnlyList<LogFrame> Frames => [.. _frames];

    /// <summary>Ends when a builder has printed something.</summary>
    public Task FirstLine => _firstLine.Task;

    /// <summary>The lines of builders.</summary>
    public IReadOnlyList<string> Output =>
        [
            .. Frames
                .OfType<LogFrame.Result>()
                .Where(result => result.Type == ActivityResultType.BuildLogLine)
                .Select(result => ((LogField.Text)result.Fields[0]).Value.ToString()),
        ];

    /// <summary>Texts of activities that have one.</summary>
    public IReadOnlyList<string> Activities =>
        [.. Frames.OfType<LogFrame.Started>().Select(started => started.Text).Where(text => text.Length > 0)];

    /// <summary>Texts for people, without colours.</summary>
    public IReadOnlyList<string> Lines =>
        [.. Frames.OfType<LogFrame.Line>().Select(line => Colours.Strip(line.Text.ToString()))];

    public ulong NextActivity() => Interlocked.Increment(ref _last);

    public ValueTask SendAsync(LogFrame frame, CancellationToken ct)
    {
        _frames.Enqueue(frame);
        if (frame is LogFrame.Result { Type: ActivityResultType.BuildLogLine })
            _firstLine.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
