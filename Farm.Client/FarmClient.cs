using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Farm.Client.Connections;
using Farm.Http;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Protocol.Api.Reading;
using Farm.Store.Paths;

namespace Farm.Client;

/// <summary>The coordinator's HTTP API, as seen by a client.</summary>
/// <remarks>Every method throws <see cref="HttpRequestException"/> when the coordinator cannot be reached and
/// <see cref="FarmRefusalException"/> with the coordinator's own sentence when it refuses.</remarks>
public sealed class FarmClient : IDisposable
{
    private readonly IApiTransport _transport;

    // Only uploads need it, and it takes longer to start than a command that has nothing to do.
    private readonly Lazy<HttpClient> _http;

    private FarmClient(Uri address, IApiTransport transport, Lazy<HttpClient> http) =>
        (Address, _transport, _http) = (address, transport, http);

    /// <summary>Where the coordinator is.</summary>
    public Uri Address { get; }

    /// <summary>A client without any limit of time: answers may be streams that last as long as a build.</summary>
    public static FarmClient Connect(Uri address)
    {
        var http = new Lazy<HttpClient>(() =>
            new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), UseProxy = false })
            {
                BaseAddress = address,
                Timeout = Timeout.InfiniteTimeSpan,
            }
        );
        return address.Scheme == "http"
            ? new FarmClient(address, new PlainTransport(address), http)
            : new FarmClient(address, new HttpClientTransport(http.Value), http);
    }

    /// <summary>A client that asks through another one, which it disposes of with itself.</summary>
    public static FarmClient Over(HttpClient http) =>
        new(
            http.BaseAddress ?? throw new ArgumentException("a client needs a base address", nameof(http)),
            new HttpClientTransport(http),
            new Lazy<HttpClient>(http)
        );

    /// <summary>The coordinator's store, for sending and fetching contents.</summary>
    public HttpStoreClient Store(StoreDir storeDir) => new(_http.Value, Address, storeDir);

    /// <summary>Those of the paths that are not valid at the coordinator; the others stay there for as long as an upload may take.</summary>
    public async Task<HashSet<StorePath>> MissingAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct)
    {
        var missing = new HashSet<StorePath>();
        StorePath[] all = [.. paths];
        for (var at = 0; at < all.Length; at += UploadEndpoints.MaxNames)
        {
            var part = new ArraySegment<StorePath>(all, at, Math.Min(UploadEndpoints.MaxNames, all.Length - at));
            var request = new ApiRequest("POST", "api/store/missing", Body: PathNames.Write(part));
            using var answer = await SendAsync(request, ct).ConfigureAwait(false);
            missing.UnionWith(await ReadAsync(answer, PathNames.Read, ct).ConfigureAwait(false));
        }
        return missing;
    }

    public Task<StatusView> StatusAsync(CancellationToken ct) => GetAsync("api/status", ApiJson.ReadStatus, ct);

    public Task<ImmutableArray<WorkerView>> WorkersAsync(CancellationToken ct) =>
        GetAsync("api/workers", Generated(ApiJsonContext.Default.ImmutableArrayWorkerView), ct);

    public Task<ImmutableArray<BuildSummary>> BuildsAsync(CancellationToken ct) =>
        GetAsync("api/builds", Generated(ApiJsonContext.Default.ImmutableArrayBuildSummary), ct);

    public Task<BuildView> BuildAsync(BuildId build, CancellationToken ct) =>
        GetAsync($"api/builds/{build}", ApiJson.ReadBuild, ct);

    public Task<StepView> StepAsync(StorePath drvPath, CancellationToken ct) =>
        GetAsync(
            $"api/steps/{Uri.EscapeDataString(drvPath.ToString())}",
            Generated(ApiJsonContext.Default.StepView),
            ct
        );

    /// <summary>Submits a build. What binary caches have is fetched before it exists; stopping this stops that.</summary>
    /// <param name="build">What is to be built.</param>
    /// <param name="fetching">Is told what is fetched, some times a second; not called where nothing is.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<BuildView> SubmitAsync(SubmitBuild build, Action<FetchView> fetching, CancellationToken ct)
    {
        var request = new ApiRequest(
            "POST",
            "api/builds",
            $"application/json, {SubmitEvent.MediaType}",
            ApiJson.Write(build)
        );
        using var answer = await SendAsync(request, ct).ConfigureAwait(false);
        if (answer.MediaType != SubmitEvent.MediaType)
        {
            return await ReadAsync(answer, ApiJson.ReadBuild, ct).ConfigureAwait(false);
        }
        await foreach (var said in LinesAsync(answer, ApiJson.ReadSubmitEvent, ct).ConfigureAwait(false))
        {
            switch (said)
            {
                case SubmitEvent.Fetching(var fetch):
                    fetching(fetch);
                    break;
                case SubmitEvent.Submitted(var view):
                    return view;
                case SubmitEvent.Refused(var problem):
                    throw Refusal(problem);
                default:
                    throw new UnreachableException();
            }
        }
        throw new HttpRequestException(
            $"The coordinator at {Address} ended the connection before the build was submitted"
        );
    }

    /// <summary>Returns when the coordinator has decided that the build is cancelled; its builders end soon after.</summary>
    public async Task CancelAsync(BuildId build, CancellationToken ct)
    {
        using var answer = await SendAsync(new ApiRequest("DELETE", $"api/builds/{build}"), ct).ConfigureAwait(false);
    }

    /// <summary>What happens to a build, beginning with a snapshot; ends after the last event or when the connection ends.</summary>
    public async IAsyncEnumerable<BuildEvent> EventsAsync(BuildId build, [EnumeratorCancellation] CancellationToken ct)
    {
        using var answer = await OpenAsync($"api/builds/{build}/events", ct).ConfigureAwait(false);
        await foreach (var happened in LinesAsync(answer, ApiJson.ReadBuildEvent, ct).ConfigureAwait(false))
        {
            yield return happened;
        }
    }

    /// <summary>The log of the last attempt at a step, to the end of the stream.</summary>
    /// <param name="drvPath">The step's derivation.</param>
    /// <param name="follow">Whether to wait for more until the attempt is over.</param>
    /// <param name="destination">Gets the bytes as they come.</param>
    public Task CopyStepLogAsync(StorePath drvPath, bool follow, Stream destination, CancellationToken ct) =>
        CopyAsync($"api/log/{Uri.EscapeDataString(drvPath.ToString())}?follow={Flag(follow)}", destination, ct);

    /// <inheritdoc cref="CopyStepLogAsync"/>
    public Task CopyAttemptLogAsync(AttemptId attempt, bool follow, Stream destination, CancellationToken ct) =>
        CopyAsync($"api/attempts/{attempt}/log?follow={Flag(follow)}", destination, ct);

    /// <summary>The log of an attempt from a byte on.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="offset">How many bytes are left out.</param>
    /// <param name="follow">Whether to wait for more until the attempt is over; else the log as it is now.</param>
    /// <param name="destination">Gets the bytes as they come.</param>
    public Task CopyAttemptLogAsync(
        AttemptId attempt,
        long offset,
        bool follow,
        Stream destination,
        CancellationToken ct
    ) => CopyAsync($"api/attempts/{attempt}/log?offset={offset}&follow={Flag(follow)}", destination, ct);

    /// <summary>How an attempt ended that is over.</summary>
    public Task<BuildOutcome> OutcomeAsync(AttemptId attempt, CancellationToken ct) =>
        GetAsync($"api/attempts/{attempt}/outcome", ReadOutcome, ct);

    /// <summary>Gives the coordinator a derivation that need not be in any store, for builds that name it.</summary>
    /// <param name="drvPath">What builds name it by.</param>
    /// <param name="text">The text of a <c>.drv</c>, with paths alone as inputs.</param>
    public async Task GiveAsync(StorePath drvPath, byte[] text, CancellationToken ct)
    {
        var resource = $"api/derivations/{Uri.EscapeDataString(drvPath.ToString())}";
        var request = new ApiRequest("PUT", resource, Body: text, BodyType: "application/octet-stream");
        using var answer = await SendAsync(request, ct).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _transport.Dispose();
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    private delegate T Read<T>(ReadOnlySpan<byte> json);

    private static string Flag(bool value) => value ? "true" : "false";

    /// <summary>For answers that are asked for alone, where generated code does no harm.</summary>
    private static Read<T> Generated<T>(JsonTypeInfo<T> type) =>
        json => JsonSerializer.Deserialize(json, type) ?? throw new JsonException("the answer is null");

    private static BuildOutcome ReadOutcome(ReadOnlySpan<byte> json)
    {
        try
        {
            return MessageCodec.ParseOutcome(Encoding.UTF8.GetString(json));
        }
        catch (ProtocolException malformed)
        {
            throw new JsonException(malformed.Message, malformed);
        }
    }

    private static async IAsyncEnumerable<T> LinesAsync<T>(
        ApiAnswer answer,
        Read<T> read,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var lines = new AnswerLines(answer.Body);
        while (await lines.NextAsync(ct).ConfigureAwait(false) is { } line)
        {
            // An empty line only says that the coordinator is still there.
            if (line.Length > 0)
            {
                yield return read(line.Span);
            }
        }
    }

    private async Task CopyAsync(string resource, Stream destination, CancellationToken ct)
    {
        using var answer = await OpenAsync(resource, ct).ConfigureAwait(false);
        await answer.Body.CopyToAsync(destination, ct).ConfigureAwait(false);
    }

    private async Task<T> GetAsync<T>(string resource, Read<T> read, CancellationToken ct)
    {
        using var answer = await OpenAsync(resource, ct).ConfigureAwait(false);
        return await ReadAsync(answer, read, ct).ConfigureAwait(false);
    }

    private Task<ApiAnswer> OpenAsync(string resource, CancellationToken ct) =>
        SendAsync(new ApiRequest("GET", resource), ct);

    private async Task<ApiAnswer> SendAsync(ApiRequest request, CancellationToken ct)
    {
        ApiAnswer answer;
        try
        {
            answer = await _transport.SendAsync(request, ct).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            var reason = error.GetBaseException().Message.TrimEnd('.');
            throw new HttpRequestException(
                error.HttpRequestError,
                $"No coordinator answers at {Address} ({reason})",
                error
            );
        }
        try
        {
            await RefuseFailureAsync(answer, request, ct).ConfigureAwait(false);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private async Task<T> ReadAsync<T>(ApiAnswer answer, Read<T> read, CancellationToken ct)
    {
        var json = await answer.ReadAsync(ct).ConfigureAwait(false);
        try
        {
            return read(json.Span);
        }
        catch (JsonException error)
        {
            throw new FarmRefusalException(
                $"What answers at {Address} is no coordinator of this version: {error.Message}",
                error
            );
        }
    }

    private static FarmRefusalException Refusal(ProblemView problem) =>
        new(problem.Detail) { IsTransient = problem.Status == (int)HttpStatusCode.ServiceUnavailable };

    private async Task RefuseFailureAsync(ApiAnswer answer, ApiRequest request, CancellationToken ct)
    {
        if (answer.IsSuccess)
        {
            return;
        }
        if (answer.MediaType == "application/problem+json")
        {
            var problem = await ReadAsync(answer, ApiJson.ReadProblem, ct).ConfigureAwait(false);
            throw Refusal(problem);
        }
        if (answer.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway)
        {
            throw new HttpRequestException($"The coordinator at {Address} is not ready (status {(int)answer.Status})");
        }
        throw new FarmRefusalException(
            $"The coordinator at {Address} refused /{request.Resource.Split('?')[0]} with status {(int)answer.Status}."
        );
    }
}
