using Farm.Protocol.Api;

namespace Farm.Cli.Progress;

/// <summary>Progress for a file or a pipe: whole lines.</summary>
internal sealed class PlainDisplay(TextWriter output) : IProgressDisplay
{
    private ProgressState? _state;
    private string? _notice;

    public void Notice(string? sentence)
    {
        if (sentence is not null && sentence != _notice)
        {
            output.WriteLine(sentence);
        }
        _notice = sentence;
    }

    public void Show(BuildEvent happened)
    {
        foreach (var line in PlainLines.For(_state, happened))
        {
            output.WriteLine(line);
        }
        _state = happened switch
        {
            BuildEvent.Snapshot(var build) when _state is null => ProgressState.Of(build),
            _ => _state?.After(happened),
        };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
