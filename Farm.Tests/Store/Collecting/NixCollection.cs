using Farm.Store.Collecting;

namespace Farm.Tests.Store.Collecting;

/// <summary>What Nix does to decide, step by step: from each path backwards through what would keep it, until it meets a root.</summary>
internal sealed class NixCollection(SomeStore store, KeepRules keep)
{
    private readonly HashSet<int> _alive = [];
    private readonly HashSet<int> _dead = [];

    public HashSet<int> Dead(IEnumerable<int> directoryOrder)
    {
        foreach (var path in directoryOrder)
            Explore(path);
        return _dead;
    }

    private void Explore(int start)
    {
        var visited = new HashSet<int> { start };
        var todo = new Queue<int>(visited);
        while (todo.TryDequeue(out var path))
        {
            if (_alive.Contains(path))
            {
                _alive.Add(start);
                return;
            }
            if (_dead.Contains(path))
                continue;
            if (store.Roots.Contains(path))
            {
                _alive.UnionWith([start, .. Closure(path)]);
                return;
            }
            foreach (var keeper in Keepers(path).Where(visited.Add))
                todo.Enqueue(keeper);
        }
        _dead.UnionWith(visited);
    }

    private IEnumerable<int> Keepers(int path) =>
        Enumerable
            .Range(0, store.Count)
            .Where(other =>
                store.References[other].Contains(path)
                || (keep.Derivations && store.Outputs[path].Contains(other) && store.Derivers[other] == path)
                || (keep.Outputs && store.Outputs[other].Contains(path))
            );

    private HashSet<int> Closure(int root)
    {
        var closure = new HashSet<int> { root };
        var todo = new Queue<int>(closure);
        while (todo.TryDequeue(out var path))
        {
            IEnumerable<int> kept = store.References[path];
            if (keep.Outputs)
                kept = kept.Concat(store.Outputs[path]);
            if (keep.Derivations && store.Derivers[path] is { } deriver)
                kept = kept.Append(deriver);
            foreach (var next in kept.Where(closure.Add))
                todo.Enqueue(next);
        }
        return closure;
    }
}
