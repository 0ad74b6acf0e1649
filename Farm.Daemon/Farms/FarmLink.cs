using System.Collections.Immutable;
using Farm.Client;
using Farm.Protocol;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Worker.Execution;
using Microsoft.Extensions.Logging;

namespace Farm.Daemon.Farms;

/// <summary>The farm that a daemon has its builds done by: the coordinator, and the ways of paths to it and back.</summary>
public sealed class FarmLink : IDisposable
{
    private const int Transfers = 8;

    /// <summary>Most builds that are followed at a time; each takes two connections.</summary>
    private const int Turns = 256;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly LocalStore _store;
    private readonly HttpPeer _peer;
    private readonly InputFetcher _fetcher;
    private readonly RetryPolicy _retry;
    private readonly ILogger _log;
    private readonly SharedWork<StorePath> _uploads = new();
    private readonly SemaphoreSlim _streams = new(Transfers);
    private readonly SemaphoreSlim _turns = new(Turns);
    private bool _isKnown;

    private FarmLink(FarmClient client, LocalStore store, ILogger log, TimeProvider clock)
    {
        (Client, _store, _log) = (client, store, log);
        _retry = new RetryPolicy(FirstPause, LongestPause, Patience, clock);
        _peer = new HttpPeer(client.Store(store.StoreDir));
        // All outputs are at the coordinator: no other node is asked.
        _fetcher = new InputFetcher(store, _peer, _ => _peer, Transfers, _retry, log);
    }

    /// <summary>How long the coordinator may be away before what goes on is given up.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

    public FarmClient Client { get; }

    /// <param name="coordinator">Its address.</param>
    /// <param name="store">The daemon's store.</param>
    /// <param name="log">Is told of what goes wrong on the way.</param>
    /// <param name="clock">For pauses.</param>
    public static FarmLink Open(Uri coordinator, LocalStore store, ILogger log, TimeProvider clock)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), UseProxy = false };
        var http = new HttpClient(handler) { BaseAddress = coordinator, Timeout = Timeout.InfiniteTimeSpan };
        return new FarmLink(FarmClient.Over(http), store, log, clock);
    }

    /// <summary>Waits until one more build may be followed.</summary>
    /// <returns>Ends the turn.</returns>
    public async Task<IDisposable> TurnAsync(CancellationToken ct)
    {
        await _turns.WaitAsync(ct).ConfigureAwait(false);
        return new Turn(_turns);
    }

    /// <summary>Asks the coordinator, and again while it is away: over its restarts, but not where it has never been there.</summary>
    /// <param name="ask">May be asked twice.</param>
    /// <param name="note">Told once what is waited for.</param>
    /// <param name="ct">Stops asking.</param>
    public Task<T> AskAsync<T>(
        Func<CancellationToken, Task<T>> ask,
        Func<string, CancellationToken, ValueTask> note,
        CancellationToken ct
    )
    {
        Exception? away = null;
        var isTold = false;
        return _retry.RunAsync(TryAsync, IsAway, ct);

        async Task<T> TryAsync(CancellationToken trying)
        {
            if (away is not null && !isTold)
            {
                isTold = true;
                await note($"note: waiting for the coordinator of the farm: {away.Message}", trying)
                    .ConfigureAwait(false);
            }
            return await ask(trying).ConfigureAwait(false);
        }

        bool IsAway(Exception cause)
        {
            away = cause;
            return Volatile.Read(ref _isKnown)
                && cause is HttpRequestException or IOException or FarmRefusalException { IsTransient: true };
        }
    }

    /// <summary>Brings paths that the coordinator lacks to it, each after what it refers to, each once however many builds need it.</summary>
    /// <param name="closure">Valid paths, with all that they refer to.</param>
    /// <exception cref="HttpRequestException">The coordinator cannot be reached.</exception>
    /// <exception cref="FarmRefusalException">It refuses, or its store is of another directory.</exception>
    /// <exception cref="TransferException">A path cannot be sent.</exception>
    public async Task SendAsync(IReadOnlyCollection<StorePath> closure, CancellationToken ct)
    {
        await CheckAsync(ct).ConfigureAwait(false);
        if (closure.Count == 0)
            return;
        var missing = new Dictionary<StorePath, PathInfo>();
        foreach (var path in await Client.MissingAsync(closure, ct).ConfigureAwait(false))
        {
            if (await _store.QueryAsync(path, ct).ConfigureAwait(false) is { } info)
                missing.Add(path, info);
        }
        await Task.WhenAll(missing.Values.Select(info => SendAsync(info, missing, ct))).ConfigureAwait(false);
    }

    /// <summary>Brings paths here that the coordinator has, with all that they refer to.</summary>
    /// <exception cref="FetchException">A path cannot be had.</exception>
    public Task FetchAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct) =>
        _fetcher.FetchAsync(paths, ImmutableDictionary<StorePath, ImmutableArray<Uri>>.Empty, ct);

    /// <summary>Notes that a build goes on that nobody here wants any more.</summary>
    public void NotCancelled(BuildId build, Exception cause) => Log.NotCancelled(_log, build, Client.Address, cause);

    public void Dispose()
    {
        _fetcher.Dispose();
        _streams.Dispose();
        _turns.Dispose();
        Client.Dispose();
    }

    private Task SendAsync(PathInfo info, Dictionary<StorePath, PathInfo> missing, CancellationToken ct) =>
        _uploads.DoAsync(
            info.Path,
            async token =>
            {
                var first = info.References.Where(path => path != info.Path && missing.ContainsKey(path));
                await Task.WhenAll(first.Select(path => SendAsync(missing[path], missing, token)))
                    .ConfigureAwait(false);
                await _streams.WaitAsync(token).ConfigureAwait(false);
                try
                {
                    await _retry
                        .RunAsync(Upload, cause => cause is TransferException { IsTransient: true }, token)
                        .ConfigureAwait(false);
                }
                finally
                {
                    _streams.Release();
                }

                async Task<StorePath> Upload(CancellationToken trying)
                {
                    await _peer.UploadAsync(_store, info, repairs: false, trying).ConfigureAwait(false);
                    return info.Path;
                }
            },
            ct
        );

    /// <summary>Builds have the store directory in them: those of another one are of no use here.</summary>
    private async Task CheckAsync(CancellationToken ct)
    {
        if (Volatile.Read(ref _isKnown))
            return;
        var status = await Client.StatusAsync(ct).ConfigureAwait(false);
        if (status.StoreDir != _store.StoreDir.Text)
        {
            throw new FarmRefusalException(
                $"the farm at {Client.Address} builds for the store directory '{status.StoreDir}', but this daemon's is '{_store.StoreDir.Text}': set farm.store.store-dir on its nodes to that"
            );
        }
        Volatile.Write(ref _isKnown, true);
    }

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
