using Farm.Coordinator.Actors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Farm.Coordinator.Api;

/// <summary><c>GET /session</c>: a worker's WebSocket, held by an actor of its own until either side ends it.</summary>
internal static class SessionEndpoint
{
    public static void MapSessions(
        this IEndpointRouteBuilder routes,
        ActorSystem actors,
        WorkerLinkParts parts,
        ILogger log,
        CancellationToken stopping
    )
    {
        var lastSession = 0L;
        routes.MapGet(
            "/session",
            (RequestDelegate)(
                async context =>
                {
                    if (!context.WebSockets.IsWebSocketRequest)
                    {
                        await context
                            .AnswerAsync(new Problem.BadRequest("a session is a WebSocket: connect with a worker"))
                            .ConfigureAwait(false);
                        return;
                    }

                    using var webSocket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
                    var socket = new WorkerSocket(webSocket);
                    var session = Interlocked.Increment(ref lastSession);
                    var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    var link = actors.ActorOf(
                        Props.Create(() => new WorkerLinkActor(parts, socket, session, ended, log)),
                        $"session-{session}"
                    );
                    await using var end = stopping
                        .Register(() => link.Tell(new SchedulerMessage.SessionEnds()))
                        .ConfigureAwait(false);
                    await ended.Task.ConfigureAwait(false);
                }
            )
        );
    }
}
