using Farm.Cli.Progress;
using Farm.Store.BinaryCaches;

namespace Farm.Cli.Commands.Stores.Transfers;

/// <summary>Adds up what is told of a fetching, for a display.</summary>
internal sealed class RealiseProgress(WorkDisplay display) : IProgress<SubstitutionProgress>
{
    private readonly Lock _gate = new();
    private long _done;
    private long _total;
    private long _bytes;
    private long _totalBytes;

    public void Report(SubstitutionProgress value)
    {
        lock (_gate)
        {
            switch (value)
            {
                case SubstitutionProgress.Planned planned:
                    _total = _done + planned.Paths.Length;
                    _totalBytes = _bytes + planned.NarBytes;
                    break;
                case SubstitutionProgress.Received received:
                    _bytes += received.Bytes;
                    break;
                case SubstitutionProgress.Added:
                    _done++;
                    break;
                case SubstitutionProgress.Refused refused:
                    display.Note(refused.Reason);
                    break;
                default:
                    break;
            }
            display.Report(new WorkProgress("fetching", "paths", _done, _total, _bytes, _totalBytes));
        }
    }
}
