using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Farm.Store;
using Microsoft.AspNetCore.Http;

namespace Farm.Http;

/// <summary>Answers a request with the progress of long work, and with what it comes to: one <see cref="NodeLine{TReport}"/> of JSON a line.</summary>
internal sealed class NodeAnswer<TReport>(HttpContext context, JsonTypeInfo<NodeLine<TReport>> type)
    where TReport : class
{
    private const int MostLinesAhead = 64;
    private static readonly byte[] s_lineBreak = "\n"u8.ToArray();

    // A slow reader loses progress, not time of the work.
    private readonly Channel<NodeLine<TReport>> _lines = Channel.CreateBounded<NodeLine<TReport>>(
        new BoundedChannelOptions(MostLinesAhead) { FullMode = BoundedChannelFullMode.DropOldest }
    );

    /// <summary>Does the work, which ends when nobody reads the answer any more.</summary>
    public async Task GiveAsync(Func<NodeAnswer<TReport>, CancellationToken, Task<TReport>> work)
    {
        var ct = context.RequestAborted;
        context.Response.ContentType = "application/x-ndjson";
        var working = WorkAsync(work, ct);
        await foreach (var line in _lines.Reader.ReadAllAsync(ct).ConfigureAwait(false))
            await WriteAsync(line, ct).ConfigureAwait(false);
        await WriteAsync(await working.ConfigureAwait(false), ct).ConfigureAwait(false);
    }

    /// <summary>Progress of the work, told as steps.</summary>
    public IProgress<T> From<T>(Func<T, NodeStep> step) => new Told<T>(_lines.Writer, step);

    private async Task<NodeLine<TReport>> WorkAsync(
        Func<NodeAnswer<TReport>, CancellationToken, Task<TReport>> work,
        CancellationToken ct
    )
    {
        try
        {
            return new(Report: await work(this, ct).ConfigureAwait(false));
        }
        catch (StoreException failure)
        {
            return new(Error: failure.Message);
        }
        finally
        {
            _lines.Writer.Complete();
        }
    }

    private async Task WriteAsync(NodeLine<TReport> line, CancellationToken ct)
    {
        await JsonSerializer.SerializeAsync(context.Response.Body, line, type, ct).ConfigureAwait(false);
        await context.Response.Body.WriteAsync(s_lineBreak, ct).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(ct).ConfigureAwait(false);
    }

    private sealed class Told<T>(ChannelWriter<NodeLine<TReport>> lines, Func<T, NodeStep> step) : IProgress<T>
    {
        public void Report(T value) => lines.TryWrite(new(step(value)));
    }
}
