using Farm.Coordinator.Planning;
using Farm.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Farm.Coordinator.Api;

/// <summary><c>PUT /api/derivations/{drv}</c>: a derivation whose <c>.drv</c> nobody has, as the text of one.</summary>
internal static class GivenEndpoints
{
    public static void MapGivenDerivations(this IEndpointRouteBuilder routes, GivenDerivations given) =>
        routes.MapPut("/api/derivations/{drv}", (RequestDelegate)(context => TakeAsync(context, given)));

    private static async Task TakeAsync(HttpContext context, GivenDerivations given)
    {
        var ct = context.RequestAborted;
        if (!context.TryGetDrvPath(out var drvPath, out var problem))
        {
            await context.AnswerAsync(problem).ConfigureAwait(false);
            return;
        }

        using var text = new MemoryStream();
        await context.Request.Body.CopyToAsync(text, ct).ConfigureAwait(false);
        try
        {
            await given.AddAsync(drvPath, text.ToArray(), ct).ConfigureAwait(false);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (NixFormatException fault)
        {
            await context.AnswerAsync(new Problem.BadRequest(fault.Message)).ConfigureAwait(false);
        }
    }
}
