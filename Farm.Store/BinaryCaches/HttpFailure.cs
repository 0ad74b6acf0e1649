using System.Net;
using System.Security.Authentication;

namespace Farm.Store.BinaryCaches;

/// <summary>One try of a transfer failed.</summary>
/// <param name="Reason">Half a sentence.</param>
/// <param name="IsTransient">Whether another try may succeed.</param>
/// <param name="IsOverloaded">Whether the server has too much to do.</param>
/// <param name="RetryAfter">How long it asks to be left alone.</param>
/// <param name="Cause">What was thrown; null where the server answered.</param>
internal sealed record HttpFailure(
    string Reason,
    bool IsTransient,
    bool IsOverloaded = false,
    TimeSpan? RetryAfter = null,
    Exception? Cause = null
)
{
    /// <summary>Statuses that say that a file is not there; 403 is what S3 says to those who may not list.</summary>
    public static bool SaysAbsent(HttpStatusCode status) =>
        status is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.Forbidden;

    /// <summary>What an answer that is no success means.</summary>
    public static HttpFailure Of(HttpResponseMessage response, DateTimeOffset now)
    {
        var status = response.StatusCode;
        var number = (int)status;
        var after = response.Headers.RetryAfter;
        var asked = after?.Delta ?? (after?.Date is { } date && date > now ? date - now : null);
        if (number is >= 300 and < 400)
            return new($"it redirects too often, or to where nobody should follow ({number})", IsTransient: false);
        var isTransient =
            status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            || (number >= 500 && number is not (501 or 505 or 511));
        var isOverloaded = status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
        return new(
            $"it answers {number} {status}",
            isTransient && !(asked > RetryDelay.LongestAsked),
            isOverloaded,
            asked
        );
    }

    /// <summary>What an exception of the HTTP client means; null where it is none of its own.</summary>
    public static HttpFailure? Of(Exception thrown, CancellationToken ct) =>
        thrown switch
        {
            OperationCanceledException when !ct.IsCancellationRequested => new(
                "it does not answer in time",
                true,
                Cause: thrown
            ),
            HttpRequestException { InnerException: AuthenticationException unproven } => new(
                $"no secure connection can be made ({unproven.Message.TrimEnd('.')}); a file of certificates to trust can be named in SSL_CERT_FILE",
                false,
                Cause: thrown
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new(
                $"no secure connection can be made ({thrown.InnerException?.Message ?? thrown.Message})",
                false,
                Cause: thrown
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => new(
                "its answer has too long a header",
                false,
                Cause: thrown
            ),
            // What the framework says of an address in an answer that is none.
            UriFormatException => new("it redirects to where nobody should follow", false, Cause: thrown),
            HttpRequestException or HttpIOException or IOException => new(
                $"the connection fails ({thrown.Message.TrimEnd('.')})",
                true,
                Cause: thrown
            ),
            _ => null,
        };
}
