using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;

namespace Farm.Tests.Cli;

/// <summary>A coordinator that has nothing, takes every upload, and tells the events that it was given.</summary>
public sealed class ScriptedCoordinator : HttpMessageHandler
{
    private static readonly DateTimeOffset Start = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ConcurrentQueue<string> _uploads = [];
    private readonly Queue<Func<BuildView, BuildEvent[]>> _connections = new();

    /// <summary>Base names, in the order in which they came.</summary>
    public IReadOnlyList<string> Uploads => [.. _uploads];

    public SubmitBuild? Submitted { get; private set; }

    public bool IsCancelled { get; private set; }

    public string? StoreRoot { get; set; }

    public string Log { get; set; } = "";

    /// <summary>What is told of fetching before a build is there; empty where the build is there at once.</summary>
    public ImmutableArray<SubmitEvent> Submission { get; set; } = [];

    public ImmutableSortedDictionary<string, StorePath> Outputs { get; set; } =
        ImmutableSortedDictionary<string, StorePath>.Empty;

    /// <summary>What one connection to the events tells before it ends; the next connection takes the next script.</summary>
    public void Tell(Func<BuildView, BuildEvent[]> events) => _connections.Enqueue(events);

    public BuildView View(BuildState state, params StepSummary[] failures) =>
        new(
            BuildId.Create(7),
            state,
            Priority: 0,
            Start,
            Start.AddSeconds(4),
            [
                .. (Submitted?.Roots ?? []).Select(root => new BuildRootView(
                    root,
                    Outputs,
                    state == BuildState.Succeeded ? new StepStatus.Done(null) : new StepStatus.Waiting(1)
                )),
            ],
            new StepCounts(0, 0, 0, state == BuildState.Succeeded ? 2 : 1, failures.Length, 0),
            Running: [],
            [.. failures]
        );

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var path = request.RequestUri!.AbsolutePath;
        switch (request.Method.Method, path)
        {
            case ("GET", "/api/status"):
                return Json(JsonSerializer.Serialize(Status(), ApiJsonContext.Default.StatusView));
            case ("POST", "/api/store/missing"):
                return Json(await request.Content!.ReadAsStringAsync(cancellationToken));
            case ("PUT", _) when path.StartsWith("/upload/", StringComparison.Ordinal):
                await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
                _uploads.Enqueue(path["/upload/".Length..]);
                return new HttpResponseMessage(HttpStatusCode.Created);
            case ("POST", "/api/builds"):
                var body = await request.Content!.ReadAsStringAsync(cancellationToken);
                Submitted = JsonSerializer.Deserialize(body, ApiJsonContext.Default.SubmitBuild);
                return Submission.IsEmpty
                    ? Json(JsonSerializer.Serialize(View(BuildState.Queued), ApiJsonContext.Default.BuildView))
                    : SubmissionLines();
            case ("GET", "/api/builds/7/events"):
                var events = _connections.Dequeue()(View(BuildState.Building));
                return Json(string.Concat(events.Select(Line)));
            case ("DELETE", "/api/builds/7"):
                IsCancelled = true;
                return new HttpResponseMessage(HttpStatusCode.NoContent);
            case ("GET", _) when path.StartsWith("/api/steps/", StringComparison.Ordinal):
                return Json(JsonSerializer.Serialize(Step(), ApiJsonContext.Default.StepView));
            case ("GET", _) when path.StartsWith("/api/attempts/", StringComparison.Ordinal):
                return Json(Log);
            default:
                return new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request };
        }
    }

    private static string Line(BuildEvent happened) =>
        JsonSerializer.Serialize(happened, ApiJsonContext.Default.BuildEvent) + "\n";

    private HttpResponseMessage SubmissionLines()
    {
        var lines = Submission.Select(said =>
            JsonSerializer.Serialize(said, ApiJsonContext.Default.SubmitEvent) + "\n"
        );
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(string.Concat(lines), Encoding.UTF8, SubmitEvent.MediaType),
        };
    }

    private static HttpResponseMessage Json(string text) =>
        new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    private StatusView Status() => new("c", "/nix/store", Start, 2, 4, 0, StepCounts.None, [], [], StoreRoot);

    private StepView Step() =>
        new(
            Progress.Sample.Drv("x"),
            "x",
            "x86_64-linux",
            [],
            Outputs,
            new StepStatus.Failed("exit code 3", Progress.Sample.Attempt),
            "It failed.",
            [],
            [],
            [
                new AttemptView(
                    Progress.Sample.Attempt,
                    1,
                    WorkerId.Parse("w1"),
                    BuildPhase.Finished,
                    Start,
                    Start.AddSeconds(2),
                    "exit code 3",
                    Log.Length
                ),
            ]
        );
}
