using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Farm.Http;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Cli;

/// <summary>The coordinator's HTTP API, as seen by a client.</summary>
/// <remarks>Every method throws <see cref="HttpRequestException"/> when the coordinator cannot be reached and
/// <see cref="CommandException"/> with the coordinator's own sentence when it refuses.</remarks>
public sealed class FarmClient(HttpClient http) : IDisposable
{
    private static readonly ApiJsonContext Json = ApiJsonContext.Default;

    /// <summary>Where the coordinator is.</summary>
    public Uri Address => http.BaseAddress ?? throw new InvalidOperationException("a client needs a base address");

    /// <summary>A client without any limit of time: answers may be streams that last as long as a build.</summary>
    public static FarmClient Connect(Uri address) =>
        new(
            new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), UseProxy = false })
            {
                BaseAddress = address,
                Timeout = Timeout.InfiniteTimeSpan,
            }
        );

    /// <summary>The coordinator's store.</summary>
    public HttpStoreClient Store(StoreDir storeDir) => new(http, Address, storeDir);

    public Task<StatusView> StatusAsync(CancellationToken ct) => GetAsync("api/status", Json.StatusView, ct);

    public Task<ImmutableArray<WorkerView>> WorkersAsync(CancellationToken ct) =>
        GetAsync("api/workers", Json.ImmutableArrayWorkerView, ct);

    public Task<ImmutableArray<BuildSummary>> BuildsAsync(CancellationToken ct) =>
        GetAsync("api/builds", Json.ImmutableArrayBuildSummary, ct);

    public Task<BuildView> BuildAsync(BuildId build, CancellationToken ct) =>
        GetAsync($"api/builds/{build}", Json.BuildView, ct);

    public Task<StepView> StepAsync(StorePath drvPath, CancellationToken ct) =>
        GetAsync($"api/steps/{Uri.EscapeDataString(drvPath.ToString())}", Json.StepView, ct);

    /// <summary>Submits a build. What binary caches have is fetched before it exists; stopping this stops that.</summary>
    /// <param name="build">What is to be built.</param>
    /// <param name="fetching">Is told what is fetched, some times a second; not called where nothing is.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<BuildView> SubmitAsync(SubmitBuild build, Action<FetchView> fetching, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/builds")
        {
            Content = JsonContent.Create(build, Json.SubmitBuild),
        };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd(SubmitEvent.MediaType);
        using var answer = await SendAsync(request, ct).ConfigureAwait(false);
        if (answer.Content.Headers.ContentType?.MediaType != SubmitEvent.MediaType)
        {
            return await ReadAsync(answer, Json.BuildView, ct).ConfigureAwait(false);
        }
        await foreach (var said in LinesAsync(answer, Json.SubmitEvent, ct).ConfigureAwait(false))
        {
            switch (said)
            {
                case SubmitEvent.Fetching(var fetch):
                    fetching(fetch);
                    break;
                case SubmitEvent.Submitted(var view):
                    return view;
                case SubmitEvent.Refused(var problem):
                    throw new CommandException(problem.Detail);
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
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"api/builds/{build}");
        using var answer = await SendAsync(request, ct).ConfigureAwait(false);
    }

    /// <summary>What happens to a build, beginning with a snapshot; ends after the last event or when the connection ends.</summary>
    public async IAsyncEnumerable<BuildEvent> EventsAsync(BuildId build, [EnumeratorCancellation] CancellationToken ct)
    {
        using var answer = await OpenAsync($"api/builds/{build}/events", ct).ConfigureAwait(false);
        await foreach (var happened in LinesAsync(answer, Json.BuildEvent, ct).ConfigureAwait(false))
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

    /// <summary>The log of an attempt as it is now, from a byte on.</summary>
    public Task CopyAttemptLogAsync(AttemptId attempt, long offset, Stream destination, CancellationToken ct) =>
        CopyAsync($"api/attempts/{attempt}/log?offset={offset}", destination, ct);

    public void Dispose() => http.Dispose();

    private static string Flag(bool value) => value ? "true" : "false";

    private async IAsyncEnumerable<T> LinesAsync<T>(
        HttpResponseMessage answer,
        JsonTypeInfo<T> type,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var body = await answer.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        using var lines = new StreamReader(body);
        while (await lines.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
        {
            // An empty line only says that the coordinator is still there.
            if (line.Length > 0)
            {
                yield return JsonSerializer.Deserialize(line, type)
                    ?? throw new CommandException($"The coordinator at {Address} sent an event that is null.");
            }
        }
    }

    private async Task CopyAsync(string resource, Stream destination, CancellationToken ct)
    {
        using var answer = await OpenAsync(resource, ct).ConfigureAwait(false);
        await answer.Content.CopyToAsync(destination, ct).ConfigureAwait(false);
    }

    private async Task<T> GetAsync<T>(string resource, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var answer = await OpenAsync(resource, ct).ConfigureAwait(false);
        return await ReadAsync(answer, type, ct).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> OpenAsync(string resource, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, resource);
        return await SendAsync(request, ct).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
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
            await RefuseFailureAsync(answer, ct).ConfigureAwait(false);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken ct)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync(type, ct).ConfigureAwait(false)
                ?? throw new CommandException($"The coordinator at {Address} answered null.");
        }
        catch (JsonException error)
        {
            throw new CommandException(
                $"What answers at {Address} is no coordinator of this version: {error.Message}",
                error
            );
        }
    }

    private async Task RefuseFailureAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        if (answer.IsSuccessStatusCode)
        {
            return;
        }
        if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            var problem = await answer.Content.ReadFromJsonAsync(Json.ProblemView, ct).ConfigureAwait(false);
            throw new CommandException(
                problem?.Detail ?? $"The coordinator refused with status {(int)answer.StatusCode}."
            );
        }
        if (answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway)
        {
            throw new HttpRequestException(
                $"The coordinator at {Address} is not ready (status {(int)answer.StatusCode})"
            );
        }
        throw new CommandException(
            $"The coordinator at {Address} refused {answer.RequestMessage?.RequestUri?.AbsolutePath} with status {(int)answer.StatusCode}."
        );
    }
}
