using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Daemon.Building.Steps;

/// <summary>Builds a derivation that several clients want at a time once, for all of them; stops when the last of them is gone.</summary>
/// <param name="inner">Builds.</param>
internal sealed class SharedSteps(IStepBuilder inner) : IStepBuilder
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(StorePath, BuildMode), Running> _running = [];

    /// <summary>One that is being built already costs nothing to join.</summary>
    public bool UsesJob(StepWork work)
    {
        lock (_gate)
        {
            if (_running.ContainsKey((work.DrvPath, work.Mode)))
                return false;
        }
        return inner.UsesJob(work);
    }

    public async Task<StepEnd> BuildAsync(StepWork work, IStepListener listener, CancellationToken ct)
    {
        var key = (work.DrvPath, work.Mode);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var running = Join(key, work, listener);
            if (running.Ending is { } ending)
            {
                await ending.WaitAsync(ct).ConfigureAwait(false);
                continue;
            }
            try
            {
                await running.GreetAsync(listener, ct).ConfigureAwait(false);
                return await running.Task.WaitAsync(ct).ConfigureAwait(false);
            }
            finally
            {
                await LeaveAsync(key, running, listener).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes part in the build of this key, begun here where there is none; one that is ending is only answered.</summary>
    private Running Join((StorePath, BuildMode) key, StepWork work, IStepListener listener)
    {
        lock (_gate)
        {
            if (!_running.TryGetValue(key, out var running))
            {
                running = new Running();
                running.Begin(token => inner.BuildAsync(work, running, token));
                _running.Add(key, running);
            }
            else if (running.Ending is not null)
            {
                return running;
            }
            running.Waiting++;
            running.Add(listener);
            return running;
        }
    }

    private async Task LeaveAsync((StorePath, BuildMode) key, Running running, IStepListener listener)
    {
        running.Remove(listener);
        lock (_gate)
        {
            if (--running.Waiting > 0)
                return;
            // It stays on record until nothing of it is left, so that nobody begins beside it.
            running.Ending = EndAsync(key, running);
        }
        await running.Ending.ConfigureAwait(false);
    }

    private async Task EndAsync((StorePath, BuildMode) key, Running running)
    {
        await Task.Yield();
        await running.DisposeAsync().ConfigureAwait(false);
        lock (_gate)
            _running.Remove(key);
    }

    /// <summary>One build with all who hear of it.</summary>
    private sealed class Running : IStepListener, IAsyncDisposable
    {
        private readonly Lock _gate = new();
        private readonly CancellationTokenSource _cancellation = new();
        private readonly List<(IStepListener Listener, bool HasBegun)> _listeners = [];
        private string? _machine;

        public Task<StepEnd> Task { get; private set; } = null!; // set by Begin, before anybody sees it

        /// <summary>How many wait for it. Under the lock of the owner, as is <see cref="Ending"/>.</summary>
        public int Waiting { get; set; }

        /// <summary>Done when nothing of it is left; null while somebody wants it.</summary>
        public Task? Ending { get; set; }

        public void Begin(Func<CancellationToken, Task<StepEnd>> work) =>
            Task = System.Threading.Tasks.Task.Run(() => work(_cancellation.Token), CancellationToken.None);

        public void Add(IStepListener listener)
        {
            lock (_gate)
                _listeners.Add((listener, false));
        }

        public void Remove(IStepListener listener)
        {
            lock (_gate)
                _listeners.RemoveAll(one => ReferenceEquals(one.Listener, listener));
        }

        /// <summary>Tells one who has come late that the build runs.</summary>
        public async ValueTask GreetAsync(IStepListener listener, CancellationToken ct)
        {
            if (TakeNew(listener) is { } machine)
                await listener.BeganAsync(machine, ct).ConfigureAwait(false);
        }

        public async ValueTask BeganAsync(string machine, CancellationToken ct)
        {
            lock (_gate)
                _machine = machine;
            foreach (var listener in All())
                await GreetAsync(listener, ct).ConfigureAwait(false);
        }

        public async ValueTask NoteAsync(string text, CancellationToken ct)
        {
            foreach (var listener in All())
                await listener.NoteAsync(text, ct).ConfigureAwait(false);
        }

        public async ValueTask LineAsync(ByteString line, CancellationToken ct)
        {
            foreach (var listener in All())
                await listener.LineAsync(line, ct).ConfigureAwait(false);
        }

        /// <summary>Stops the build, and returns when nothing of it is left.</summary>
        public async ValueTask DisposeAsync()
        {
            await _cancellation.CancelAsync().ConfigureAwait(false);
            await ((Task)Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _cancellation.Dispose();
        }

        private IStepListener[] All()
        {
            lock (_gate)
                return [.. _listeners.Select(one => one.Listener)];
        }

        private string? TakeNew(IStepListener listener)
        {
            lock (_gate)
            {
                var at = _listeners.FindIndex(one => ReferenceEquals(one.Listener, listener));
                if (_machine is null || at < 0 || _listeners[at].HasBegun)
                    return null;
                _listeners[at] = (listener, true);
                return _machine;
            }
        }
    }
}
