using System.Net.Sockets;
using Farm.Daemon.Building;
using Farm.Daemon.Building.Steps;
using Farm.Daemon.Configuration;
using Farm.Daemon.Connections;
using Farm.Daemon.Server;
using Farm.Protocol;
using Farm.Store.BinaryCaches;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Worker.Execution;
using Farm.Worker.Recursive;
using Microsoft.Extensions.Logging;

namespace Farm.Daemon.Recursive;

/// <summary>Nix's daemon for builders: it shows them what they may see of the store, and builds on this machine what they ask for.</summary>
/// <remarks>What is built inside takes no slot of the client's or the node's: who waits for it holds one. It is stopped when its
/// builder ends. Source: Nix's <c>LocalDerivationGoal::startDaemon</c> and <c>RestrictedStore</c>.</remarks>
public sealed class BuildDaemon : IBuildDaemon
{
    /// <summary>Most connections of one builder; more wait.</summary>
    private const int MostConnections = 64;

    private readonly BuildSettings _build;
    private readonly Substituters? _substituters;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    /// <param name="build">Those of the build whose builder is served.</param>
    /// <param name="substituters">Where what is wanted inside is fetched from; null for nowhere.</param>
    internal BuildDaemon(BuildSettings build, Substituters? substituters, TimeProvider clock, ILogger log) =>
        (_build, _substituters, _clock, _log) = (
            build,
            substituters is { IsEmpty: false } ? substituters : null,
            clock,
            log
        );

    /// <summary>For the builders of a worker: one build at a time for each connection, nothing is fetched.</summary>
    public static BuildDaemon OfWorker(WorkerCapabilities worker, TimeProvider clock, ILogger<BuildDaemon> log) =>
        new(
            new BuildSettings
            {
                MaxJobs = 1,
                Cores = 0,
                UsesSubstitutes = false,
                System = worker.Systems.LastOrDefault() ?? "",
                ExtraPlatforms = worker.Systems,
                SystemFeatures = worker.SupportedFeatures.Union(worker.MandatoryFeatures),
                ExperimentalFeatures = [RecursiveNixFeature.Name],
            },
            substituters: null,
            clock,
            log
        );

    public IAsyncDisposable Serve(Socket listening, VisiblePaths visible, StorePath drvPath, LocalBuildParts parts)
    {
        var (store, realisations) = (parts.Store, new StoreRealisations(parts.Store));
        var inside = parts with { Turns = parts.Turns.Inside(drvPath), Keeper = null };
        var place = new LocalPlace(inside, realisations, _ => this);
        var steps = new PlacedSteps(store, realisations, place, farm: null, _clock);
        var terms = new BuildTerms(new EffectiveSettings(_build, parts.Sandbox), _substituters);
        var daemon = new DaemonParts
        {
            Store = store,
            Realisations = realisations,
            Substituters = _substituters,
            Builder = new DaemonBuilder(store, realisations, terms, steps),
        };
        var acceptor = new ConnectionAcceptor(ServeAsync, _clock, _log) { MostConnections = MostConnections };
        return new Serving(acceptor, listening);

        Task ServeAsync(NetworkStream client, CancellationToken ct) =>
            new DaemonSession(daemon, isTrusted: false, _log) { Visible = visible }.RunAsync(client, ct);
    }

    private sealed class Serving : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Serving(ConnectionAcceptor acceptor, Socket listening) =>
            _running = acceptor.RunAsync([listening], _stop.Token);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _running.ConfigureAwait(false);
            _stop.Dispose();
        }
    }
}
