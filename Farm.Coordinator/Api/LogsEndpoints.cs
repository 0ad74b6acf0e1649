using System.Globalization;
using System.Threading.Channels;
using Farm.Coordinator.Actors;
using Farm.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Farm.Coordinator.Api;

/// <summary><c>/api/attempts/{id}/log</c> and <c>/api/log/{drv}</c>: raw bytes, from an offset, live when asked to follow;
/// <c>/api/attempts/{id}/outcome</c>: how it ended, as the worker told.</summary>
internal static class LogsEndpoints
{
    public static void MapLogs(this IEndpointRouteBuilder routes, ApiParts parts)
    {
        routes.MapGet("/api/attempts/{id}/log", (RequestDelegate)(context => OfAttemptAsync(context, parts)));
        routes.MapGet("/api/attempts/{id}/outcome", (RequestDelegate)(context => OutcomeAsync(context, parts)));
        routes.MapGet("/api/log/{drv}", (RequestDelegate)(context => OfStepAsync(context, parts)));
    }

    private static async Task OfAttemptAsync(HttpContext context, ApiParts parts)
    {
        if (!context.TryGetAttempt(out var attempt, out var problem))
        {
            await context.AnswerAsync(problem).ConfigureAwait(false);
        }
        else if (await parts.History.AttemptAsync(attempt, context.RequestAborted).ConfigureAwait(false) is null)
        {
            await context.AnswerAsync(new Problem.NoSuchAttempt(attempt)).ConfigureAwait(false);
        }
        else
        {
            await SendAsync(context, parts, attempt).ConfigureAwait(false);
        }
    }

    private static async Task OutcomeAsync(HttpContext context, ApiParts parts)
    {
        var ct = context.RequestAborted;
        if (!context.TryGetAttempt(out var attempt, out var problem))
        {
            await context.AnswerAsync(problem).ConfigureAwait(false);
        }
        else if (await parts.History.AttemptAsync(attempt, ct).ConfigureAwait(false) is { Outcome: { } outcome })
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(MessageCodec.PrintOutcome(outcome), ct).ConfigureAwait(false);
        }
        else
        {
            await context.AnswerAsync(new Problem.NoSuchAttempt(attempt)).ConfigureAwait(false);
        }
    }

    private static async Task OfStepAsync(HttpContext context, ApiParts parts)
    {
        if (!context.TryGetDrvPath(out var drvPath, out var problem))
        {
            await context.AnswerAsync(problem).ConfigureAwait(false);
            return;
        }

        var attempts = await parts.History.AttemptsAsync(drvPath, context.RequestAborted).ConfigureAwait(false);
        if (attempts.IsEmpty)
        {
            await context.AnswerAsync(new Problem.NoLog(drvPath)).ConfigureAwait(false);
            return;
        }

        await SendAsync(context, parts, attempts[^1].Id).ConfigureAwait(false);
    }

    private static async Task SendAsync(HttpContext context, ApiParts parts, AttemptId attempt)
    {
        var ct = context.RequestAborted;
        if (!TryGetOffset(context, out var offset))
        {
            var bad = $"offset is '{context.Request.Query["offset"]}': it must be a whole number of bytes, at least 0";
            await context.AnswerAsync(new Problem.BadRequest(bad)).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        if (bool.TryParse(context.Request.Query["follow"], out var isFollowed) && isFollowed)
        {
            await FollowAsync(context, parts, attempt, offset).ConfigureAwait(false);
        }
        else
        {
            await parts.Logs.CopyAsync(attempt, offset, context.Response.Body, ct).ConfigureAwait(false);
        }
    }

    private static async Task FollowAsync(HttpContext context, ApiParts parts, AttemptId attempt, long offset)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, parts.Stopping);
        var ct = ending.Token;
        var channel = Channel.CreateUnbounded<LogMessage>(new UnboundedChannelOptions { SingleReader = true });
        var (writer, relay, wish) = (channel.Writer, parts.LogRelay, new LogMessage.Follow(attempt));
        var follower = parts.Actors.ActorOf(Props.Create(() => new FollowingActor<LogMessage>(writer, relay, wish)));
        try
        {
            // The first answer says that the attempt's end will be told from now on; one that was over before will not be.
            await channel.Reader.ReadAsync(ct).ConfigureAwait(false);
            var row = await parts.History.AttemptAsync(attempt, ct).ConfigureAwait(false);
            var isOver = row?.FinishedAt is not null;
            while (true)
            {
                offset = await parts.Logs.CopyAsync(attempt, offset, context.Response.Body, ct).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(ct).ConfigureAwait(false);
                if (isOver || !await channel.Reader.WaitToReadAsync(ct).ConfigureAwait(false))
                {
                    return;
                }

                while (channel.Reader.TryRead(out var told))
                {
                    isOver |= told is LogMessage.Ended;
                }
            }
        }
        catch (OperationCanceledException) when (parts.Stopping.IsCancellationRequested)
        {
            context.Abort(); // the log is not at its end
        }
        finally
        {
            parts.Actors.Stop(follower);
        }
    }

    private static bool TryGetOffset(HttpContext context, out long offset)
    {
        offset = 0;
        string? text = context.Request.Query["offset"];
        return text is null || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }
}
