namespace Farm.Worker.Actors;

/// <summary>How a worker keeps its session.</summary>
/// <param name="SessionUrl">The coordinator's <c>ws:</c> or <c>wss:</c> address of sessions.</param>
/// <param name="ConnectTimeout">How long one try to connect may take.</param>
/// <param name="KeepAlive">How often the connection is probed, and how long an answer may take.</param>
/// <param name="FirstRetry">Pause after the first failure; it doubles with each further one.</param>
/// <param name="LongestRetry">Longest pause between tries.</param>
public sealed record SessionSettings(
    Uri SessionUrl,
    TimeSpan ConnectTimeout,
    TimeSpan KeepAlive,
    TimeSpan FirstRetry,
    TimeSpan LongestRetry
);
