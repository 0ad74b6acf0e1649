using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Farm.Protocol;
using Farm.Store.Paths;
using Microsoft.AspNetCore.Http;

namespace Farm.Coordinator.Api;

/// <summary>Reading of ids from a request, and writing of JSON to an answer.</summary>
internal static class Answers
{
    public static Task AnswerJsonAsync<T>(this HttpContext context, T value, JsonTypeInfo<T> shape)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, shape, context.RequestAborted);
    }

    public static bool TryGetBuild(
        this HttpContext context,
        out BuildId build,
        [NotNullWhen(false)] out Problem? problem
    )
    {
        var text = context.Request.RouteValues["id"] as string;
        problem = BuildId.TryParse(text, out build)
            ? null
            : new Problem.BadRequest($"'{text}' is not a build: builds are numbered 1, 2, 3, …");
        return problem is null;
    }

    public static bool TryGetAttempt(
        this HttpContext context,
        out AttemptId attempt,
        [NotNullWhen(false)] out Problem? problem
    )
    {
        var text = context.Request.RouteValues["id"] as string;
        var parsed = AttemptId.TryParse(text);
        attempt = parsed ?? default;
        problem = parsed is null ? new Problem.BadRequest($"'{text}' is not an attempt: expected a UUID") : null;
        return problem is null;
    }

    public static bool TryGetDrvPath(
        this HttpContext context,
        out StorePath drvPath,
        [NotNullWhen(false)] out Problem? problem
    )
    {
        var text = context.Request.RouteValues["drv"] as string;
        problem =
            StorePath.TryParse(text, out drvPath) && drvPath.IsDerivation
                ? null
                : new Problem.BadRequest(
                    $"'{text}' is not a derivation: write the base name, 32 characters, '-', a name and '.drv'"
                );
        return problem is null;
    }
}
