using System.Runtime.CompilerServices;
using System.Text.Json;
using Farm.Protocol;
using Farm.Protocol.Api;

namespace Farm.Client;

/// <summary>Follows a build to its end, over restarts of the coordinator and broken connections.</summary>
/// <param name="client">The coordinator.</param>
/// <param name="patience">How long the coordinator may be away.</param>
/// <param name="clock">The time.</param>
public sealed class BuildWatcher(FarmClient client, TimeSpan patience, TimeProvider clock)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>What happened; null each time the coordinator is found to be away.</summary>
    /// <exception cref="FarmRefusalException">It was away longer than the patience allows.</exception>
    public async IAsyncEnumerable<BuildEvent?> WatchAsync(BuildId build, [EnumeratorCancellation] CancellationToken ct)
    {
        var away = clock.GetTimestamp();
        var delay = FirstDelay;
        while (true)
        {
            string reason;
            var events = client.EventsAsync(build, ct).GetAsyncEnumerator(ct);
            await using (events.ConfigureAwait(false))
            {
                var isFirst = true;
                while (true)
                {
                    var (happened, broken) = await NextAsync(events, isFirst).ConfigureAwait(false);
                    isFirst = false;
                    if (happened is null)
                    {
                        reason = broken;
                        break;
                    }
                    (away, delay) = (clock.GetTimestamp(), FirstDelay);
                    yield return happened;
                    if (happened is BuildEvent.Ended)
                    {
                        yield break;
                    }
                }
            }
            if (clock.GetElapsedTime(away) > patience)
            {
                throw new FarmRefusalException(
                    $"The coordinator at {client.Address} does not answer any more ({reason}); build {build} goes on when it is back, and 'farm builds' shows it then."
                );
            }
            yield return null;
            await Task.Delay(delay, clock, ct).ConfigureAwait(false);
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }
    }

    /// <summary>A line that breaks off is a broken connection; a first line that cannot be read never will be.</summary>
    private async Task<(BuildEvent? Happened, string Broken)> NextAsync(
        IAsyncEnumerator<BuildEvent> events,
        bool isFirst
    )
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false)
                ? (events.Current, "")
                : (null, "it ended the connection before the build was over");
        }
        catch (JsonException error) when (isFirst)
        {
            throw new FarmRefusalException(
                $"What answers at {client.Address} is no coordinator of this version: {error.Message}",
                error
            );
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException)
        {
            return (null, error.Message);
        }
    }
}
