using System.Diagnostics;
using Farm.Store;
using Microsoft.AspNetCore.Http;

namespace Farm.Http.Caches;

/// <summary>The one table from what a binary cache refuses to what a client gets: a status and a sentence.</summary>
/// <remarks>What is not here answers the same whatever was asked for, so that nothing can be learned from it. No sentence names a
/// file of the server.</remarks>
public static class CacheProblems
{
    /// <summary>Seconds after which one who asks too much may ask again.</summary>
    public const string RetryAfterSeconds = "1";

    private const string SeeLog = "The store cannot do this now; the log of the server says why.";

    public static (int Status, string Sentence) Of(CacheProblem problem) =>
        problem switch
        {
            CacheProblem.NoName => (StatusCodes.Status400BadRequest, "This is no name of a file of a binary cache."),
            CacheProblem.NotHere => (StatusCodes.Status404NotFound, "There is nothing of this name here."),
            CacheProblem.NotAllowed => (
                StatusCodes.Status405MethodNotAllowed,
                "Files of this cache are asked for with GET and HEAD, and brought with PUT."
            ),
            CacheProblem.NoSuchPart => (
                StatusCodes.Status416RangeNotSatisfiable,
                "The archive has no such part: the range begins beyond its end."
            ),
            CacheProblem.NoUploads => (StatusCodes.Status403Forbidden, "This cache takes no uploads."),
            CacheProblem.Unauthorized => (
                StatusCodes.Status401Unauthorized,
                "Uploads need a name and a password, or a bearer token, that this cache knows."
            ),
            CacheProblem.TooLarge large => (
                StatusCodes.Status413PayloadTooLarge,
                $"This cache takes files and archives of at most {large.MostBytes} bytes."
            ),
            CacheProblem.Full => (
                StatusCodes.Status503ServiceUnavailable,
                "Too many archives wait here for their narinfos; try again later."
            ),
            CacheProblem.WrongFile wrong => (StatusCodes.Status422UnprocessableEntity, wrong.Reason),
            CacheProblem.NoArchive missing => (
                StatusCodes.Status409Conflict,
                $"The archive '{missing.Name}' is not here; it must be uploaded before its narinfo."
            ),
            CacheProblem.OtherContents other => (
                StatusCodes.Status409Conflict,
                $"The path '{other.Path}' is here with other contents."
            ),
            CacheProblem.Malformed malformed => (StatusCodes.Status400BadRequest, malformed.Reason),
            CacheProblem.Refused refused => OfStore(refused.Cause),
            CacheProblem.Damaged => (StatusCodes.Status500InternalServerError, SeeLog),
            CacheProblem.BadRequest bad => (bad.Status, bad.Reason),
            CacheProblem.TooMany => (
                StatusCodes.Status429TooManyRequests,
                "Too many requests come from this address; try again later."
            ),
            _ => throw new UnreachableException(),
        };

    private static (int Status, string Sentence) OfStore(StoreException refused) =>
        StoreStatus.Of(refused) is < StatusCodes.Status500InternalServerError and var status
            ? (status, refused.Message)
            : (StoreStatus.Of(refused), SeeLog);
}
