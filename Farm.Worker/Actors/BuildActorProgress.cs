using Farm.Protocol;
using Farm.Worker.Core;
using Farm.Worker.Execution;

namespace Farm.Worker.Actors;

/// <summary>Turns what a build says into events for the worker, and waits for the slot.</summary>
internal sealed class BuildActorProgress(AttemptKey key, IActorRef worker) : IBuildProgress
{
    private readonly TaskCompletionSource _slot = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _logBytes;

    public void GrantSlot() => _slot.TrySetResult();

    public async ValueTask EnterAsync(BuildPhase phase, CancellationToken ct)
    {
        switch (phase)
        {
            case BuildPhase.Building:
                worker.Tell(new WorkerEvent.SlotWanted(key));
                await _slot.Task.WaitAsync(ct).ConfigureAwait(false);
                break;
            case BuildPhase.Uploading:
                worker.Tell(new WorkerEvent.UploadStarted(key));
                break;
            case BuildPhase.Committing:
                worker.Tell(new WorkerEvent.UploadEnded(key));
                break;
            default:
                break; // a build begins with looking for its inputs: that is no news
        }
    }

    public ValueTask LogAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        _logBytes += bytes.Length;
        worker.Tell(new WorkerEvent.LogGrew(key, _logBytes));
        return ValueTask.CompletedTask;
    }
}
