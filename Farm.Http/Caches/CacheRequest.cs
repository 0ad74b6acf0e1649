using Farm.Store;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Http.Caches;

/// <summary>The edge of each request to a binary cache: what is refused or fails becomes an answer from one table.</summary>
internal static partial class CacheRequest
{
    /// <param name="handle">Answers the request and returns null, or returns why not.</param>
    public static RequestDelegate Handler(Func<HttpContext, Task<CacheProblem?>> handle) =>
        context => HandleAsync(context, handle);

    /// <summary>Says what the problem is.</summary>
    public static async Task AnswerAsync(HttpContext context, CacheProblem problem)
    {
        var (status, sentence) = CacheProblems.Of(problem);
        if (problem is CacheProblem.Unauthorized)
            context.Response.Headers.WWWAuthenticate = new(["Basic realm=\"cache\", charset=\"UTF-8\"", "Bearer"]);
        if (problem is CacheProblem.TooMany or CacheProblem.Full)
            context.Response.Headers.RetryAfter = CacheProblems.RetryAfterSeconds;
        await context.Response.AnswerAsync(status, sentence, context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task HandleAsync(HttpContext context, Func<HttpContext, Task<CacheProblem?>> handle)
    {
        try
        {
            if (await handle(context).ConfigureAwait(false) is { } problem)
                await AnswerAsync(context, problem).ConfigureAwait(false);
        }
        catch (Exception gone)
            when (gone is OperationCanceledException or ConnectionResetException
                && context.RequestAborted.IsCancellationRequested
            )
        {
            // The client went away; nobody waits for an answer.
        }
        catch (Exception failed) when (ProblemOf(context.Request, failed) is { } problem)
        {
            if (CacheProblems.Of(problem).Status >= StatusCodes.Status500InternalServerError)
                Failed(LogOf(context), context.Request.Path, ReasonOf(problem, failed));
            if (context.Response.HasStarted)
                context.Abort(); // Only a broken connection tells the receiver that the rest does not come.
            else
                await AnswerAsync(context, problem).ConfigureAwait(false);
        }
    }

    private static CacheProblem? ProblemOf(HttpRequest request, Exception failed) =>
        failed switch
        {
            // What is brought here is the sender's; what is asked for is the store's own.
            StoreException.HashMismatch when !HttpMethods.IsPut(request.Method) => new CacheProblem.Damaged(),
            StoreException refused => new CacheProblem.Refused(refused),
            NixFormatException malformed => new CacheProblem.Malformed(malformed.Message),
            BadHttpRequestException bad => new CacheProblem.BadRequest(bad.StatusCode, bad.Message),
            _ => null,
        };

    private static string ReasonOf(CacheProblem problem, Exception failed) =>
        problem is CacheProblem.Damaged
            ? $"{failed.Message} 'farm store repair PATH' exchanges it for a good copy."
            : failed.Message;

    private static ILogger LogOf(HttpContext context) =>
        context.RequestServices.GetService<ILoggerFactory>()?.CreateLogger("Farm.Cache")
        ?? (ILogger)NullLogger.Instance;

    [LoggerMessage(
        5100,
        Microsoft.Extensions.Logging.LogLevel.Error,
        "The binary cache could not answer a request for {Path}: {Reason}"
    )]
    private static partial void Failed(ILogger logger, string path, string reason);
}
