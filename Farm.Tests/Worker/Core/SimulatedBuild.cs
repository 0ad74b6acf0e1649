using Farm.Worker.Core;

namespace Farm.Tests.Worker.Core;

/// <summary>A build as the worker's actors would run it: it asks for a slot, builds, uploads and ends.</summary>
internal sealed class SimulatedBuild(AttemptKey key)
{
    public AttemptKey Key { get; } = key;

    public bool IsGranted { get; set; }

    public bool IsCancelled { get; set; }

    private long _logBytes;
    private int _step;

    /// <summary>What it does next.</summary>
    public WorkerEvent Next(Random random)
    {
        if (IsCancelled || random.Next(20) == 0)
            return new WorkerEvent.BuildEnded(Key, SomeWorker.Failed);
        if (IsGranted && _step == 1)
            _step = 2;
        switch (_step)
        {
            case 0:
                _step = 1;
                return new WorkerEvent.SlotWanted(Key);
            case 2 when random.Next(3) > 0:
                _logBytes += random.Next(1, 700);
                return new WorkerEvent.LogGrew(Key, _logBytes);
            case 2:
                _step = 3;
                return new WorkerEvent.UploadStarted(Key);
            case 3:
                _step = 4;
                return new WorkerEvent.UploadEnded(Key);
            case 4:
                return new WorkerEvent.BuildEnded(Key, SomeWorker.Failed);
            default:
                return new WorkerEvent.Tick();
        }
    }
}
