using System.Collections.Immutable;
using System.Threading.Channels;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Copying;

/// <summary>Does something for each path once it is done for all that the path refers to; for several at a time.</summary>
/// <remarks>The first failure stops the rest and is what is thrown.</remarks>
internal sealed class DependencyRun
{
    private readonly ImmutableArray<PathInfo> _infos;
    private readonly int _parallel;
    private readonly Dictionary<StorePath, List<PathInfo>> _waiting = [];
    private readonly Dictionary<StorePath, int> _blockers = [];

    /// <param name="infos">References beyond these count as done; none refers to itself through others.</param>
    /// <param name="parallel">Most at a time.</param>
    public DependencyRun(ImmutableArray<PathInfo> infos, int parallel)
    {
        (_infos, _parallel) = (infos, parallel);
        var paths = infos.Select(info => info.Path).ToHashSet();
        foreach (var info in infos)
        {
            var blockers = info.References.Where(path => path != info.Path && paths.Contains(path)).ToList();
            _blockers[info.Path] = blockers.Count;
            foreach (var blocker in blockers)
            {
                if (!_waiting.TryGetValue(blocker, out var waiting))
                    _waiting.Add(blocker, waiting = []);
                waiting.Add(info);
            }
        }
    }

    public async Task RunAsync(Func<PathInfo, CancellationToken, Task> work, CancellationToken ct)
    {
        var left = _infos.Length;
        if (left == 0)
            return;
        var ready = Channel.CreateUnbounded<PathInfo>();
        foreach (var info in _infos.Where(info => _blockers[info.Path] == 0))
            ready.Writer.TryWrite(info);
        await Parallel
            .ForEachAsync(
                ready.Reader.ReadAllAsync(ct),
                new ParallelOptions { MaxDegreeOfParallelism = _parallel, CancellationToken = ct },
                async (info, stop) =>
                {
                    await work(info, stop).ConfigureAwait(false);
                    lock (_blockers)
                        Release(info, ready.Writer);
                    if (Interlocked.Decrement(ref left) == 0)
                        ready.Writer.Complete();
                }
            )
            .ConfigureAwait(false);
    }

    private void Release(PathInfo done, ChannelWriter<PathInfo> ready)
    {
        if (!_waiting.TryGetValue(done.Path, out var waiting))
            return;
        foreach (var info in waiting)
        {
            if (--_blockers[info.Path] == 0)
                ready.TryWrite(info);
        }
    }
}
