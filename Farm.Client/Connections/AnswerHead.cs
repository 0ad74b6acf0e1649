using System.Globalization;
using System.Net;
using System.Text;

namespace Farm.Client.Connections;

/// <summary>The status line and the headers of an answer, as far as they matter.</summary>
/// <param name="Length">Bytes of the body; null where it ends with its last chunk or with the connection.</param>
/// <param name="IsChunked">Whether the body comes in chunks.</param>
/// <param name="KeepsConnection">Whether another request may follow on the connection.</param>
internal sealed record AnswerHead(
    HttpStatusCode Status,
    string? MediaType,
    long? Length,
    bool IsChunked,
    bool KeepsConnection
)
{
    /// <summary>Shape: <c>HTTP/1.1 200 OK</c>, lines of <c>Name: value</c>, each ended by CR LF.</summary>
    /// <param name="head">All lines, without the empty one at the end.</param>
    /// <exception cref="HttpRequestException">That is no head of an answer.</exception>
    public static AnswerHead Parse(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        var status = lines[0];
        if (
            !status.StartsWith("HTTP/1.", StringComparison.Ordinal)
            || status.Length < 12
            || !int.TryParse(status.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
        )
        {
            throw Malformed($"its first line is '{status}'");
        }
        string? mediaType = null;
        long? length = null;
        var isChunked = false;
        var keeps = status.StartsWith("HTTP/1.1", StringComparison.Ordinal);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw Malformed($"'{line}' is no header");
            }
            var value = line[(colon + 1)..].Trim();
            switch (line[..colon].ToLowerInvariant())
            {
                case "content-type":
                    mediaType = value.Split(';')[0].Trim().ToLowerInvariant();
                    break;
                case "content-length":
                    length = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                        ? bytes
                        : throw Malformed($"its length is '{value}'");
                    break;
                case "transfer-encoding":
                    isChunked = value.Equals("chunked", StringComparison.OrdinalIgnoreCase)
                        ? true
                        : throw Malformed($"its transfer encoding is '{value}'");
                    break;
                case "connection":
                    keeps = !value.Equals("close", StringComparison.OrdinalIgnoreCase) && keeps;
                    break;
            }
        }
        if (code is 204 or 304)
        {
            (length, isChunked) = (0, false);
        }
        return new AnswerHead(
            (HttpStatusCode)code,
            mediaType,
            isChunked ? null : length,
            isChunked,
            keeps && (isChunked || length is not null)
        );
    }

    private static HttpRequestException Malformed(string why) =>
        new(HttpRequestError.InvalidResponse, $"the answer is no HTTP: {why}");
}
