using System.Diagnostics;
using System.Text.Json;
using Farm.Protocol.Api;
using Microsoft.AspNetCore.Http;

namespace Farm.Coordinator.Api;

/// <summary>The one table from problems to answers.</summary>
public static class Problems
{
    public static ProblemView View(Problem problem) =>
        problem switch
        {
            Problem.BadRequest bad => new("farm:bad-request", "The request cannot be read", 400, bad.Reason),
            Problem.NoSuchBuild none => new(
                "farm:no-such-build",
                "There is no such build",
                404,
                $"there is no build {none.Build}: the list is at /api/builds"
            ),
            Problem.NoSuchStep none => new(
                "farm:no-such-step",
                "There is no such step",
                404,
                $"no build ever wanted '{none.DrvPath}'"
            ),
            Problem.StillFetching(var drvPath, var fetch) => new(
                "farm:still-fetching",
                "The build is not planned yet",
                404,
                $"'{drvPath}' waits until what binary caches have is fetched: {fetch.Paths} of {fetch.AllPaths} paths and {fetch.Bytes} of {fetch.AllBytes} bytes are there"
            ),
            Problem.NoSuchAttempt none => new(
                "farm:no-such-attempt",
                "There is no such attempt",
                404,
                $"there is no attempt {none.Attempt}, or it is not over"
            ),
            Problem.NoLog none => new(
                "farm:no-log",
                "There is no log",
                404,
                $"'{none.DrvPath}' was never given to a worker, so it has no log"
            ),
            Problem.Unbuildable unbuildable => new("farm:unbuildable", "This cannot be built", 422, unbuildable.Reason),
            Problem.Busy => new(
                "farm:busy",
                "The coordinator is busy",
                503,
                "the coordinator could not write its decision down in time: try again"
            ),
            Problem.Ending => new(
                "farm:ending",
                "The coordinator stops",
                503,
                "the coordinator was stopped before the build was planned: submit it again when it is back"
            ),
            _ => throw new UnreachableException(),
        };

    public static Task AnswerAsync(this HttpContext context, Problem problem)
    {
        var view = View(problem);
        context.Response.StatusCode = view.Status;
        context.Response.ContentType = "application/problem+json";
        return JsonSerializer.SerializeAsync(
            context.Response.Body,
            view,
            ApiJsonContext.Default.ProblemView,
            context.RequestAborted
        );
    }
}
