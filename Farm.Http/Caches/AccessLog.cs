using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Farm.Http.Caches;

/// <summary>One line for each request.</summary>
/// <remarks>Shape: that of Apache's combined log, and the time that it took in seconds:
/// <c>ADDRESS - USER [TIME] "METHOD PATH PROTOCOL" STATUS BYTES "REFERER" "AGENT" SECONDS</c>; <c>-</c> stands for what is not known. The
/// file is opened anew for each batch of lines, so that it may be moved away at any time. A log that cannot be written as fast as
/// requests come loses lines, never requests.</remarks>
internal sealed partial class AccessLog : IAsyncDisposable
{
    private const int MostLinesAhead = 10_000;

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(MostLinesAhead) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private readonly string _file;
    private readonly ILogger _log;
    private readonly TimeProvider _clock;
    private readonly Task _writing;

    /// <param name="file">Where the lines go; <c>-</c> for the log of the program.</param>
    /// <param name="log">That one; also told when the file cannot be written.</param>
    /// <param name="clock">The time.</param>
    public AccessLog(string file, ILogger log, TimeProvider clock)
    {
        (_file, _log, _clock) = (file, log, clock);
        _writing = WriteAsync();
    }

    /// <summary>Lets a request be answered, and writes the line.</summary>
    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var began = _clock.GetTimestamp();
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            _lines.Writer.TryWrite(LineOf(context, _clock.GetUtcNow(), _clock.GetElapsedTime(began)));
        }
    }

    /// <summary>The line of a request that is over.</summary>
    internal static string LineOf(HttpContext context, DateTimeOffset now, TimeSpan took)
    {
        var (request, response) = (context.Request, context.Response);
        var isWhole = !context.RequestAborted.IsCancellationRequested;
        var bytes = isWhole && HttpMethods.IsGet(request.Method) ? response.ContentLength : null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{context.Connection.RemoteIpAddress?.ToString() ?? "-"} - {Plain(context.Items[CacheUploadEndpoints.User] as string)} "
                + $"[{now:dd/MMM/yyyy:HH:mm:ss} +0000] \"{Plain(request.Method)} {Plain(request.Path + request.QueryString)} {request.Protocol}\" "
                + $"{(isWhole ? response.StatusCode : StatusCodes.Status499ClientClosedRequest)} {bytes?.ToString(CultureInfo.InvariantCulture) ?? "-"} "
                + $"\"{Plain(request.Headers.Referer)}\" \"{Plain(request.Headers.UserAgent)}\" {took.TotalSeconds:0.000}"
        );
    }

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.Complete();
        await _writing.ConfigureAwait(false);
    }

    /// <summary>What a client says, in a form that cannot be taken for another line or field.</summary>
    private static string Plain(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "-";
        var plain = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character is '"' or '\\' || character < ' ' || character > '~')
                plain.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}");
            else
                plain.Append(character);
        }
        return plain.ToString();
    }

    private async Task WriteAsync()
    {
        var batch = new StringBuilder();
        while (await _lines.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (_lines.Reader.TryRead(out var line))
            {
                if (_file == "-")
                    Line(_log, line);
                else
                    batch.Append(line).Append('\n');
            }
            if (batch.Length > 0)
                await AppendAsync(batch.ToString()).ConfigureAwait(false);
        }
    }

    private async Task AppendAsync(string lines)
    {
        try
        {
            await File.AppendAllTextAsync(_file, lines).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            NotWritten(_log, _file, failed.Message);
        }
    }

    [LoggerMessage(5110, Microsoft.Extensions.Logging.LogLevel.Information, "{Line}")]
    private static partial void Line(ILogger logger, string line);

    [LoggerMessage(
        5111,
        Microsoft.Extensions.Logging.LogLevel.Error,
        "Lines of the access log {File} are lost, it cannot be written: {Reason}"
    )]
    private static partial void NotWritten(ILogger logger, string file, string reason);
}
