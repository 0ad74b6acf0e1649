using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Store.Paths;

namespace Farm.Store.BinaryCaches;

/// <summary>Finds out what must be fetched: asks for paths, then for what they refer to, and so on, many at a time.</summary>
/// <param name="find">What a path can be fetched from, or why not.</param>
/// <param name="valid">Those of the paths that need not be fetched.</param>
/// <param name="mostAtOnce">How many questions may be under way.</param>
internal sealed class SubstitutionPlanner(
    Func<StorePath, CancellationToken, Task<LookedUp>> find,
    Func<IReadOnlyCollection<StorePath>, CancellationToken, Task<ImmutableSortedSet<StorePath>>> valid,
    int mostAtOnce
)
{
    private readonly ConcurrentDictionary<StorePath, Substitutable> _found = [];
    private readonly ConcurrentDictionary<StorePath, string> _unavailable = [];
    private readonly ConcurrentDictionary<StorePath, bool> _unasked = [];
    private readonly HashSet<StorePath> _valid = [];
    private readonly HashSet<StorePath> _ordered = [];
    private readonly ImmutableArray<Substitutable>.Builder _toFetch = ImmutableArray.CreateBuilder<Substitutable>();

    public async Task<SubstitutionPlan> PlanAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct)
    {
        var asked = new HashSet<StorePath>();
        IReadOnlyCollection<StorePath> wave = [.. paths.Where(asked.Add)];
        var options = new ParallelOptions { MaxDegreeOfParallelism = mostAtOnce, CancellationToken = ct };
        while (wave.Count > 0)
        {
            var there = await valid(wave, ct).ConfigureAwait(false);
            _valid.UnionWith(there);
            var sought = wave.Where(path => !there.Contains(path)).ToArray();
            await Parallel.ForEachAsync(sought, options, LookUpAsync).ConfigureAwait(false);
            wave =
            [
                .. sought
                    .Where(_found.ContainsKey)
                    .SelectMany(path => _found[path].NarInfo.Info.References)
                    .Where(asked.Add),
            ];
        }
        foreach (var path in paths)
            Order(path);
        return new(_toFetch.ToImmutable(), _unavailable.ToImmutableSortedDictionary(), [.. _unasked.Keys]);
    }

    private async ValueTask LookUpAsync(StorePath path, CancellationToken ct)
    {
        switch (await find(path, ct).ConfigureAwait(false))
        {
            case LookedUp.There there:
                _found[path] = there.Found;
                break;
            case LookedUp.Absent absent:
                _unavailable[path] = absent.Reason ?? "no cache has it";
                if (absent.IsUnasked)
                    _unasked[path] = true;
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Puts a path after its references. Without recursion, since a chain of references may be long.</summary>
    private void Order(StorePath target)
    {
        var open = new HashSet<StorePath>();
        var stack = new Stack<(StorePath Path, bool IsDone)>();
        stack.Push((target, false));
        while (stack.TryPop(out var at))
        {
            if (_valid.Contains(at.Path) || _ordered.Contains(at.Path) || _unavailable.ContainsKey(at.Path))
                continue;
            var references = _found[at.Path].NarInfo.Info.References.Remove(at.Path);
            if (!at.IsDone)
            {
                open.Add(at.Path);
                stack.Push((at.Path, true));
                foreach (var reference in references)
                {
                    if (open.Contains(reference))
                        _unavailable[reference] = "it refers to itself through other paths";
                    else
                        stack.Push((reference, false));
                }
                continue;
            }
            open.Remove(at.Path);
            var missing = references.Where(_unavailable.ContainsKey).ToArray();
            if (missing.Length > 0)
            {
                _unavailable[at.Path] = $"it refers to '{missing[0]}', which cannot be had";
                if (missing.Any(_unasked.ContainsKey))
                    _unasked[at.Path] = true;
            }
            else if (_ordered.Add(at.Path))
                _toFetch.Add(_found[at.Path]);
        }
    }
}
