using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using Farm.Coordinator;
using Farm.Coordinator.Scheduling;
using Farm.Http.Caches;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.BinaryCaches;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Signing;
using Farm.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.Coordinator;

/// <summary>A real coordinator on a free port, which can be ended and started again over the same data.</summary>
internal sealed class CoordinatorHost : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private CoordinatorSettings _settings;
    private readonly Dictionary<StorePath, Derivation> _derivations = [];
    private CoordinatorNode? _node;
    private HttpClient _http = new();

    private readonly TimeProvider _clock;

    private CoordinatorHost(
        TimeSpan grace,
        TimeProvider clock,
        SubstituterSettings? substituters,
        SigningSettings? signing
    )
    {
        _clock = clock;
        _settings = new CoordinatorSettings
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            DataDir = _directory.File("data"),
            Store = new LocalStoreSettings
            {
                Layout = StoreLayout.Create(_directory.File("data"), StoreDir.Default),
                Immutable = ImmutableBit.Off,
                Signing = signing ?? SigningSettings.Default,
            },
            Substituters = substituters ?? SubstituterSettings.Default,
            HeartbeatInterval = TimeSpan.FromSeconds(30),
            DefaultDuration = TimeSpan.FromSeconds(10),
            KeepBuilds = new KeepBuilds(TimeSpan.FromDays(30), 100),
            KeepUploads = TimeSpan.FromMilliseconds(100),
            Scheduling = new SchedulerSettings(
                new PhaseLimits(
                    TimeSpan.FromMinutes(1),
                    TimeSpan.FromMinutes(1),
                    TimeSpan.FromMinutes(1),
                    TimeSpan.FromHours(1),
                    TimeSpan.FromMinutes(1),
                    TimeSpan.FromMinutes(1)
                ),
                grace,
                MaxAttempts: 3,
                TimeSpan.FromMilliseconds(1),
                TimeSpan.FromMilliseconds(10),
                QuarantineAfter: 3,
                TimeSpan.FromSeconds(30),
                TimeSpan.FromMinutes(1)
            ),
        };
    }

    public CoordinatorNode Node => _node ?? throw new InvalidOperationException("the coordinator is not running");

    public HttpClient Http => _http;

    /// <summary>Serves the store as a binary cache from the next start on.</summary>
    public void ServeCache() =>
        _settings = _settings with
        {
            ServesCache = true,
            Cache = new CacheSettings { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
        };

    /// <summary>What the builders of derivations do that are added from now on.</summary>
    public string Script { get; set; } = "echo hello > $out";

    /// <summary>Ends a test that would wait for ever; far above what any step takes.</summary>
    public CancellationToken Limit { get; } = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public static async Task<CoordinatorHost> StartAsync(
        TimeSpan? grace = null,
        TimeProvider? clock = null,
        SubstituterSettings? substituters = null,
        SigningSettings? signing = null
    )
    {
        var host = new CoordinatorHost(
            grace ?? TimeSpan.FromMinutes(1),
            clock ?? TimeProvider.System,
            substituters,
            signing
        );
        await host.StartAgainAsync();
        return host;
    }

    public async Task StopAsync()
    {
        _http.Dispose();
        if (_node is not null)
        {
            await _node.DisposeAsync();
            _node = null;
        }
    }

    public async Task StartAgainAsync()
    {
        _node = await CoordinatorNode.StartAsync(_settings, NullLoggerFactory.Instance, _clock, Limit);
        // A coordinator that comes back is where it was.
        _settings = _settings with
        {
            Listen = new IPEndPoint(IPAddress.Loopback, _node.Address.Port),
        };
        _http = new HttpClient { BaseAddress = _node.Address };
    }

    public Task<FakeWorker> ConnectWorkerAsync(string name, params AttemptReport[] has) =>
        FakeWorker.ConnectAsync(this, name, StoreDir.Default.Text, has);

    /// <summary>Adds a derivation with output <c>out</c> to the coordinator's store.</summary>
    public async Task<StorePath> AddDerivationAsync(string name, params StorePath[] inputs)
    {
        var derivation = new Derivation
        {
            Name = StorePathName.Parse(name),
            Outputs = ImmutableSortedDictionary<string, DerivationOutput>.Empty.Add(
                "out",
                new DerivationOutput.Deferred()
            ),
            InputDerivations = inputs.ToImmutableSortedDictionary(input => input, _ => DerivationInput.Of("out")),
            Platform = ByteString.FromUtf8("x86_64-linux"),
            Builder = ByteString.FromUtf8("/bin/sh"),
            Args = [ByteString.FromUtf8("-c"), ByteString.FromUtf8(Script)],
            Env = ImmutableSortedDictionary<ByteString, ByteString>
                .Empty.Add(ByteString.FromUtf8("name"), ByteString.FromUtf8(name))
                .Add(ByteString.FromUtf8("out"), ByteString.Empty),
        };
        var hashes = new DerivationHashes(StoreDir.Default, drvPath => _derivations[drvPath]);
        derivation = OutputPaths.FillIn(StoreDir.Default, derivation, hashes.Of);
        var drvPath = DerivationPrinter.PathOf(StoreDir.Default, derivation);
        _derivations[drvPath] = derivation;
        var added = await Node.Store.AddTextAsync(
            StorePathName.Parse(name + ".drv"),
            DerivationPrinter.Print(StoreDir.Default, derivation),
            derivation.References,
            Limit
        );
        Assert.Equal(drvPath, added.Path);
        return drvPath;
    }

    public StorePath OutputOf(StorePath drvPath) => OutputPaths.Known(_derivations[drvPath])["out"];

    public Task<BuildView> SubmitAsync(params StorePath[] roots) => SubmitAsync(new SubmitBuild([.. roots]));

    public Task<HttpResponseMessage> PostAsync(SubmitBuild submit) =>
        Http.PostAsJsonAsync("api/builds", submit, ApiJsonContext.Default.SubmitBuild, Limit);

    public async Task<BuildView> SubmitAsync(SubmitBuild submit)
    {
        var answer = await PostAsync(submit);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync(ApiJsonContext.Default.BuildView, Limit))!;
    }

    /// <summary>The final view of a build, when it is over.</summary>
    public async Task<BuildView> EndOfAsync(BuildId build)
    {
        await using var body = await Http.GetStreamAsync(
            new Uri($"api/builds/{build}/events", UriKind.Relative),
            Limit
        );
        using var lines = new StreamReader(body);
        while (await lines.ReadLineAsync(Limit) is { } line)
        {
            if (
                line.Length > 0
                && System.Text.Json.JsonSerializer.Deserialize(line, ApiJsonContext.Default.BuildEvent)
                    is BuildEvent.Ended ended
            )
            {
                return ended.Build;
            }
        }

        throw new InvalidOperationException("the stream ended before the build");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
    }
}
