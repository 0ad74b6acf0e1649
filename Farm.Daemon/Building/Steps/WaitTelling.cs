using Farm.Client;
using Farm.Store.Paths;

namespace Farm.Daemon.Building.Steps;

/// <summary>Tells a client why a build does not begin on a farm, where it waits for a worker that is not there.</summary>
internal sealed class WaitTelling(
    FarmClient client,
    StorePath drvPath,
    AttemptLogs logs,
    string shown,
    TimeProvider clock
)
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(15);

    /// <summary>Looks from time to time until it is stopped or the build has begun; the same reason is told once.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        string? told = null;
        for (var pause = FirstLook; ; pause = BetweenLooks)
        {
            await Task.Delay(pause, clock, ct).ConfigureAwait(false);
            if (logs.HasBegun)
                return;
            var step = await client.StepAsync(drvPath, ct).ConfigureAwait(false);
            if (!step.LacksWorker || step.Explanation == told)
                continue;
            told = step.Explanation;
            await logs.NoteAsync($"note: '{shown}' waits on the farm: {told}", ct).ConfigureAwait(false);
        }
    }
}
