using System.Collections.Immutable;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Planning;
using Farm.Store.Paths;
using Microsoft.Extensions.Logging;
using StepStatus = Farm.Protocol.Api.StepStatus;

namespace Farm.Coordinator.Actors;

/// <summary>Writes decisions behind the scheduler: what came in during a write goes into the next, in one transaction.</summary>
/// <remarks>A write that fails is tried again until it succeeds; until then nothing is announced.</remarks>
internal sealed class JournalActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private readonly IFarmJournal _journal;
    private readonly IBuildRoots _roots;
    private readonly List<FarmRecord> _waiting = [];
    private IReadOnlyList<FarmRecord> _writing = [];
    private long _lastWaiting;
    private long _lastWriting;
    private bool _isWriting;

    public JournalActor(IFarmJournal journal, IBuildRoots roots, ILogger log)
    {
        (_journal, _roots) = (journal, roots);
        Receive<Append>(append =>
        {
            _waiting.AddRange(append.Records);
            _lastWaiting = append.Decision;
            if (!_isWriting)
            {
                WriteWaiting();
            }
        });
        Receive<Written>(_ =>
        {
            _isWriting = false;
            Context.Parent.Tell(new SchedulerMessage.Durable(_lastWriting));
            if (_waiting.Count > 0)
            {
                WriteWaiting();
            }
        });
        Receive<NotWritten>(failed =>
        {
            Log.JournalFailed(log, _writing.Count, failed.Cause);
            Timers.StartSingleTimer(nameof(Retry), new Retry(), RetryAfter);
        });
        Receive<Retry>(_ => Write());
    }

    public ITimerScheduler Timers { get; set; } = null!; // the engine sets it before the first message

    private void WriteWaiting()
    {
        (_writing, _lastWriting) = ([.. _waiting], _lastWaiting);
        _waiting.Clear();
        _isWriting = true;
        Write();
    }

    private void Write() =>
        WriteAsync(_writing).PipeTo(Self, success: () => new Written(), failure: cause => new NotWritten(cause));

    private async Task WriteAsync(IReadOnlyList<FarmRecord> records)
    {
        foreach (var record in records)
        {
            await KeepAsync(record).ConfigureAwait(false);
        }

        await _journal.WriteAsync(records, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Roots come before the record, so that nothing recorded is ever without.</summary>
    private Task KeepAsync(FarmRecord record) =>
        record switch
        {
            FarmRecord.BuildAdded added => _roots.BeginAsync(
                added.Id,
                new BuildPlan(added.Roots, added.Steps),
                CancellationToken.None
            ),
            FarmRecord.StepDone done => Task.WhenAll(
                done.Builds.Select(build => _roots.ProtectAsync(build, done.Outputs, CancellationToken.None))
            ),
            FarmRecord.BuildEnded ended => _roots.ReduceAsync(ended.Build.Id, Kept(ended), CancellationToken.None),
            _ => Task.CompletedTask,
        };

    /// <summary>Of a build that is over: the roots that were built, with their derivations.</summary>
    private static ImmutableHashSet<StorePath> Kept(FarmRecord.BuildEnded ended) =>
        [
            .. ended
                .Build.Roots.Where(root => root.Status is StepStatus.Done)
                .SelectMany(root => root.Outputs.Values.Append(root.DrvPath)),
        ];

    /// <param name="Decision">Number of the decision that the records belong to.</param>
    public sealed record Append(long Decision, ImmutableArray<FarmRecord> Records);

    private sealed record Written;

    private sealed record NotWritten(Exception Cause);

    private sealed record Retry;
}
