using Farm.Coordinator.Planning;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Farm.Coordinator.Persistence;

/// <summary>Looks at times whether roots of builds that are over have been kept long enough, and derivations that were given for
/// builds. The paths go with the next collection.</summary>
internal sealed partial class BuildRootExpiry(
    GcRootFolder roots,
    GivenDerivations given,
    KeepBuilds keep,
    TimeProvider time,
    ILogger<BuildRootExpiry> log
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                given.Clean(time.GetUtcNow());
                var expired = await roots.ExpireAsync(keep, stoppingToken).ConfigureAwait(false);
                if (expired.Count > 0)
                {
                    Expired(log, expired.Count);
                }
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                NotExpired(log, cause);
            }

            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(3102, LogLevel.Information, "The results of {Count} builds are no longer kept")]
    private static partial void Expired(ILogger log, int count);

    [LoggerMessage(3103, LogLevel.Warning, "Roots of old builds cannot be removed")]
    private static partial void NotExpired(ILogger log, Exception cause);
}
