using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Daemon.Building.Steps;

/// <summary>Has the logs of one step of a farm's build followed, as events tell of its attempts.</summary>
internal sealed class StepFollowing(StorePath drvPath, AttemptLogs logs)
{
    private string _machine = "";

    public async ValueTask SeeAsync(BuildEvent happened, CancellationToken ct)
    {
        switch (happened)
        {
            case BuildEvent.Snapshot(var build):
                foreach (var step in build.Running.Where(step => step.DrvPath == drvPath))
                    await SeeAsync(step.Status, ct).ConfigureAwait(false);
                break;
            case BuildEvent.StepChanged(var step, _, _) when step.DrvPath == drvPath:
                await SeeAsync(step.Status, ct).ConfigureAwait(false);
                break;
            case BuildEvent.Ended(var build):
                foreach (var root in build.Roots.Where(root => root.DrvPath == drvPath))
                    await SeeAsync(root.Status, ct).ConfigureAwait(false);
                break;
            default:
                break;
        }
    }

    private async ValueTask SeeAsync(StepStatus status, CancellationToken ct)
    {
        if (status is StepStatus.Running on)
            _machine = on.Worker.ToString();
        AttemptId? attempt = status switch
        {
            StepStatus.Running { Phase: >= BuildPhase.Building } running => running.Attempt,
            StepStatus.Failed failed => failed.Attempt,
            StepStatus.Done done => done.Attempt,
            _ => null,
        };
        if (attempt is { } one)
            await logs.BeginAsync(one, _machine, ct).ConfigureAwait(false);
    }
}
