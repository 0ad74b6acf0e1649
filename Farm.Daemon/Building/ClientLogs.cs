using Farm.Store.Hashing;
using Farm.Store.Wire;

namespace Farm.Daemon.Building;

/// <summary>The frames that are sent most, each in one call.</summary>
public static class ClientLogs
{
    /// <summary>Sends a text for people.</summary>
    public static ValueTask LineAsync(this IClientLog log, Verbosity level, string text, CancellationToken ct) =>
        log.SendAsync(LogFrame.Of(level, text), ct);

    /// <summary>A warning, as Nix shows one.</summary>
    public static ValueTask WarnAsync(this IClientLog log, string text, CancellationToken ct) =>
        log.LineAsync(Verbosity.Warn, $"\e[35;1mwarning:\e[0m {text}", ct);

    /// <summary>An error that does not end the work, as Nix shows one.</summary>
    public static ValueTask ErrorAsync(this IClientLog log, string text, CancellationToken ct) =>
        log.LineAsync(Verbosity.Error, NixText.Error(text), ct);

    /// <summary>Begins an activity.</summary>
    /// <returns>Its number.</returns>
    public static async ValueTask<ulong> StartAsync(
        this IClientLog log,
        Verbosity level,
        ActivityType type,
        string text,
        CancellationToken ct,
        ulong parent = 0,
        params LogField[] fields
    )
    {
        var id = log.NextActivity();
        await log.SendAsync(new LogFrame.Started(id, level, type, text, [.. fields], parent), ct).ConfigureAwait(false);
        return id;
    }

    /// <summary>Ends an activity.</summary>
    public static ValueTask StopAsync(this IClientLog log, ulong activity, CancellationToken ct) =>
        log.SendAsync(new LogFrame.Stopped(activity), ct);

    /// <summary>A line of a builder's log, without its end.</summary>
    public static ValueTask BuildLogLineAsync(
        this IClientLog log,
        ulong build,
        ByteString line,
        CancellationToken ct
    ) => log.SendAsync(new LogFrame.Result(build, ActivityResultType.BuildLogLine, [LogField.Of(line)]), ct);

    /// <summary>A build enters a phase.</summary>
    public static ValueTask SetPhaseAsync(this IClientLog log, ulong build, string phase, CancellationToken ct) =>
        log.SendAsync(new LogFrame.Result(build, ActivityResultType.SetPhase, [LogField.Of(phase)]), ct);

    /// <summary>How far an activity is.</summary>
    public static ValueTask ProgressAsync(
        this IClientLog log,
        ulong activity,
        ulong done,
        ulong expected,
        ulong running,
        ulong failed,
        CancellationToken ct
    ) =>
        log.SendAsync(
            new LogFrame.Result(
                activity,
                ActivityResultType.Progress,
                [LogField.Of(done), LogField.Of(expected), LogField.Of(running), LogField.Of(failed)]
            ),
            ct
        );

    /// <summary>How many activities of a type are expected within another, or how many bytes.</summary>
    public static ValueTask SetExpectedAsync(
        this IClientLog log,
        ulong activity,
        ActivityType type,
        ulong expected,
        CancellationToken ct
    ) =>
        log.SendAsync(
            new LogFrame.Result(
                activity,
                ActivityResultType.SetExpected,
                [LogField.Of((ulong)type), LogField.Of(expected)]
            ),
            ct
        );
}
