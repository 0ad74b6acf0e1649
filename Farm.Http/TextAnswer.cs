using System.Text;
using Microsoft.AspNetCore.Http;

namespace Farm.Http;

/// <summary>Answers that are one text: of known length, without a body to a HEAD request.</summary>
public static class TextAnswer
{
    /// <summary>A sentence for a person, or for the log of a program.</summary>
    public static Task AnswerAsync(this HttpResponse response, int status, string sentence, CancellationToken ct) =>
        response.AnswerAsync(status, sentence + "\n", "text/plain; charset=utf-8", ct);

    public static async Task AnswerAsync(
        this HttpResponse response,
        int status,
        string text,
        string contentType,
        CancellationToken ct
    )
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            await response.Body.WriteAsync(bytes, ct).ConfigureAwait(false);
    }
}
