using System.Net;

namespace Farm.Http;

/// <summary>Another node's store could not be asked, refused, or answered with what is no answer.</summary>
public sealed class HttpStoreException : Exception
{
    private HttpStoreException(string message, bool isTransient, HttpStatusCode? status, Exception? cause = null)
        : base(message, cause) => (IsTransient, Status) = (isTransient, status);

    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsTransient { get; }

    /// <summary>The status of a refusal; null where there was none.</summary>
    public HttpStatusCode? Status { get; }

    internal static HttpStoreException Unreachable(Uri url, Exception cause) =>
        new($"'{url}' could not be reached: {cause.Message}", isTransient: true, status: null, cause);

    internal static HttpStoreException Refused(Uri url, HttpStatusCode status, string sentence) =>
        new(
            $"'{url}' answered {(int)status}: {sentence.Trim()}",
            status
                is HttpStatusCode.RequestTimeout
                    or HttpStatusCode.TooManyRequests
                    or >= HttpStatusCode.InternalServerError,
            status
        );

    internal static HttpStoreException Malformed(Uri url, Exception cause) =>
        new($"'{url}' answered with what cannot be read: {cause.Message}", isTransient: false, status: null, cause);

    internal static HttpStoreException WrongPath(Uri url, string wanted, string got) =>
        new($"'{url}' describes '{got}' where '{wanted}' was asked for.", isTransient: false, status: null);
}
