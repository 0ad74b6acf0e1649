using Farm.Store.Paths;

namespace Farm.Store.BinaryCaches;

/// <summary>Lets one caller at a time fetch a path; the next finds it there.</summary>
internal sealed class PathGates
{
    private readonly Lock _lock = new();
    private readonly Dictionary<StorePath, (SemaphoreSlim Gate, int Users)> _gates = [];

    public async Task<T> RunAsync<T>(StorePath path, Func<Task<T>> work, CancellationToken ct)
    {
        SemaphoreSlim gate;
        lock (_lock)
        {
            var (known, users) = _gates.GetValueOrDefault(path);
            gate = known ?? new SemaphoreSlim(1);
            _gates[path] = (gate, users + 1);
        }
        try
        {
            await gate.WaitAsync(ct).ConfigureAwait(false);
            try
            {
                return await work().ConfigureAwait(false);
            }
            finally
            {
                gate.Release();
            }
        }
        finally
        {
            lock (_lock)
            {
                var users = _gates[path].Users - 1;
                if (users > 0)
                    _gates[path] = (gate, users);
                else
                    _gates.Remove(path);
            }
        }
    }
}
