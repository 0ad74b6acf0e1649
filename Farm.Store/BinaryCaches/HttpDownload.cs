using System.Net;
using System.Net.Http.Headers;
using Farm.Store.Streams;

namespace Farm.Store.BinaryCaches;

/// <summary>The contents of one file behind HTTP. Where the connection breaks, it goes on where it was.</summary>
/// <remarks>With a range where the server has ranges and sent the file as it is; else from the beginning, whose bytes are passed over.
/// That the parts belong together is left to the check of the whole.</remarks>
internal sealed class HttpDownload(HttpCacheFiles files, Uri target, StallGuard guard) : OneWayStream
{
    private readonly HttpTries _tries = new(files);
    private HttpResponseMessage? _response;
    private Stream? _body;
    private EntityTagHeaderValue? _tag;
    private bool _hasRanges;
    private long _position;
    private long _toSkip;

    public override bool CanRead => true;

    /// <summary>Gets as far as the first byte; false where there is no such file.</summary>
    public async Task<bool> StartAsync(CancellationToken ct)
    {
        while (await ConnectAsync(ct).ConfigureAwait(false) is { } failure)
            await _tries.AfterAsync(failure, ct).ConfigureAwait(false);
        return _body is not null;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var ct = cancellationToken;
        while (true)
        {
            var failure = _body is null ? await ConnectAsync(ct).ConfigureAwait(false) : null;
            if (failure is null && _body is null)
                failure = new("a file that it had is gone", IsTransient: false);
            try
            {
                if (failure is null && await ReadOnceAsync(buffer, ct).ConfigureAwait(false) is { } count)
                {
                    _position += count;
                    return count;
                }
            }
            catch (Exception thrown) when (HttpFailure.Of(thrown, ct) is { } broken)
            {
                failure = broken;
            }
            if (failure is null)
                continue;
            Disconnect();
            await _tries.AfterAsync(failure, ct).ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Disconnect();
        base.Dispose(disposing);
    }

    /// <summary>The bytes read; null where they are not wanted, having come before.</summary>
    private async ValueTask<int?> ReadOnceAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var room = _toSkip > 0 && _toSkip < buffer.Length ? buffer[..(int)_toSkip] : buffer;
        var count = await guard.ReadAsync(_body!, room, ct).ConfigureAwait(false); // Connected by the caller.
        if (_toSkip == 0)
            return count;
        if (count == 0)
            throw new HttpIOException(HttpRequestError.ResponseEnded, "the file has become shorter");
        _toSkip -= count;
        return null;
    }

    /// <summary>Sends the request; null where that went well, also where the file is not there.</summary>
    private async Task<HttpFailure?> ConnectAsync(CancellationToken ct)
    {
        var (response, failure) = await files.SendAsync(Request, ct).ConfigureAwait(false);
        if (response is null || HttpFailure.SaysAbsent(response.StatusCode))
        {
            response?.Dispose();
            return failure;
        }
        _response = response;
        var body = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        var isPart = response.StatusCode == HttpStatusCode.PartialContent;
        if (isPart && response.Content.Headers.ContentRange?.From != _position)
            return new("it sends another part of a file than was asked for", IsTransient: false);
        _toSkip = isPart ? 0 : _position;
        var encodings = response.Content.Headers.ContentEncoding;
        var opened = files.TakesEncodings ? ContentEncodings.Open([.. encodings], body) : body;
        if (opened is not { } decoded)
            return new($"it encodes a file as '{string.Join(", ", encodings)}'", IsTransient: false);
        _body = decoded;
        _hasRanges = ReferenceEquals(decoded, body) && (isPart || response.Headers.AcceptRanges.Contains("bytes"));
        _tag ??= response.Headers.ETag;
        return null;
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, target);
        if (_position == 0 || !_hasRanges)
            return request;
        request.Headers.Range = new RangeHeaderValue(_position, null);
        if (_tag is { IsWeak: false })
            request.Headers.IfRange = new(_tag);
        return request;
    }

    private void Disconnect()
    {
        _body?.Dispose();
        _response?.Dispose();
        (_body, _response) = (null, null);
    }
}
