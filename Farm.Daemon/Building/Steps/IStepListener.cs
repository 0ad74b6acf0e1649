using Farm.Store.Hashing;

namespace Farm.Daemon.Building.Steps;

/// <summary>Hears of one build while it runs. Calls come one after another.</summary>
internal interface IStepListener
{
    /// <summary>The build runs; said once, before anything else.</summary>
    /// <param name="machine">Where it runs; empty for this machine.</param>
    ValueTask BeganAsync(string machine, CancellationToken ct);

    /// <summary>Something that is no part of the log.</summary>
    ValueTask NoteAsync(string text, CancellationToken ct);

    /// <summary>A line of the log, without its end.</summary>
    ValueTask LineAsync(ByteString line, CancellationToken ct);
}
