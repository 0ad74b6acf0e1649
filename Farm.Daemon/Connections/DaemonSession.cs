using System.Net.Sockets;
using Farm.Daemon.Operations;
using Farm.Daemon.Peers;
using Farm.Store;
using Farm.Store.Wire;
using Farm.Worker.Recursive;
using Farm.Worker.Running;
using Microsoft.Extensions.Logging;

namespace Farm.Daemon.Connections;

/// <summary>Serves one client: one operation after the other, until it leaves.</summary>
/// <remarks>An error in an operation's work is told to the client, which can go on. Where the client breaks the protocol, it is told,
/// and the connection ends. Nothing that a client does reaches another one.</remarks>
public sealed class DaemonSession(DaemonParts parts, bool isTrusted, ILogger log)
{
    /// <summary>More of answers than this is not kept back.</summary>
    private const int MostWaitingBytes = 64 << 10;

    /// <summary>What a builder sees of the store, who is served then; null for a client that sees all of it.</summary>
    public VisiblePaths? Visible { get; init; }

    /// <summary>Serves the client at the other end of the stream. The stream is not closed.</summary>
    /// <param name="stream">Both ways.</param>
    /// <param name="ct">Ends the connection, also in the middle of an operation.</param>
    public async Task RunAsync(Stream stream, CancellationToken ct)
    {
        var output = new ConnectionOutput(stream);
        using var reader = new WireReader(new RequestStream(stream, output));
        try
        {
            var store = parts.Store;
            var terms = await WorkerHandshake
                .RunAsync(reader, output, store.StoreDir, parts.Settings.VersionText, isTrusted, ct)
                .ConfigureAwait(false);
            if (terms is null)
                return;
            using var client = new ClientContext(parts, reader, output, terms, isTrusted) { Visible = Visible };
            while (await reader.TryReadNumberAsync(ct).ConfigureAwait(false) is { } operation)
            {
                if (!await ServeAsync(client, operation, ct).ConfigureAwait(false))
                    return;
            }
        }
        catch (Exception gone) when (IsGone(gone))
        {
            Log.ClientLeft(log, gone.Message);
        }
        catch (NixFormatException fault)
        {
            Log.ClientBroke(log, fault.Message); // In the handshake, where no error can be told.
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The daemon stops.
        }
    }

    /// <summary>One operation.</summary>
    /// <returns>Whether the connection can go on.</returns>
    private async Task<bool> ServeAsync(ClientContext client, ulong operation, CancellationToken ct)
    {
        OperationPlan plan;
        try
        {
            var read = operation <= uint.MaxValue ? await ReadAsync().ConfigureAwait(false) : null;
            if (read is null)
                return await CloseAsync(client, $"invalid operation {operation}", ct).ConfigureAwait(false);
            plan = read;
        }
        catch (NixFormatException fault)
        {
            Log.ClientBroke(log, fault.Message);
            return await CloseAsync(client, fault.Message, ct).ConfigureAwait(false);
        }
        client.Output.BeginWork();
        var (reply, failure) = await WorkAsync(client, plan, operation, ct).ConfigureAwait(false);
        if (plan.Frames is { } frames)
            await frames.DrainAsync(ct).ConfigureAwait(false);
        if (reply is null)
        {
            await FailAsync(client, failure!.Message, ct).ConfigureAwait(false); // One of the two is there.
            return !plan.IsFragile && failure is not DaemonException { Closes: true };
        }
        client.Output.EndWork(writer =>
        {
            writer.WriteNumber(StderrFrame.Last);
            reply.Fields(writer);
        });
        if (reply.Contents is { } send && !await SendAsync(client, send, ct).ConfigureAwait(false))
            return false;
        // It goes out with the next read, which has begun already where that was done ahead.
        if (client.Reader.IsReadingAhead || client.Output.WaitingBytes > MostWaitingBytes)
            await client.Output.FlushAsync(ct).ConfigureAwait(false);
        return true;

        ValueTask<OperationPlan?> ReadAsync() =>
            client.Visible is null
                ? OperationTable.ReadAsync((WorkerOperation)operation, client, ct)
                : RestrictedTable.ReadAsync((WorkerOperation)operation, client, ct);
    }

    private async Task<(Reply? Reply, Exception? Failure)> WorkAsync(
        ClientContext client,
        OperationPlan plan,
        ulong operation,
        CancellationToken ct
    )
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            var work = plan.Work(interrupt.Token);
            if (plan.IsLong)
                await WatchAsync(client.Reader, work, interrupt).ConfigureAwait(false);
            return (await work.ConfigureAwait(false), null);
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            throw new EndOfStreamException("The client left while it waited.");
        }
        catch (Exception failure) when (!IsGone(failure))
        {
            if (failure is not (DaemonException or StoreException or NixFormatException or SandboxException))
                Log.WorkFailed(log, (WorkerOperation)operation, failure);
            return (null, failure);
        }
    }

    /// <summary>Waits for the work, and interrupts it when the client has gone.</summary>
    private static async Task WatchAsync(WireReader reader, Task work, CancellationTokenSource interrupt)
    {
        while (!work.IsCompleted && reader.ReadAhead() is { } ahead)
        {
            var arrival = ahead.AsTask();
            await Task.WhenAny(work, arrival).ConfigureAwait(false);
            if (!arrival.IsCompleted)
                return;
            if (arrival is { IsCompletedSuccessfully: true, Result: > 0 })
                continue;
            // A client that sends no more may still wait for its answers.
            if (
                reader.Input is not RequestStream { Client: NetworkStream network }
                || PeerSocket.HasHungUp(network.Socket)
            )
                await interrupt.CancelAsync().ConfigureAwait(false);
            return;
        }
    }

    private async Task<bool> SendAsync(
        ClientContext client,
        Func<Stream, CancellationToken, Task> send,
        CancellationToken ct
    )
    {
        try
        {
            var contents = new ReplyStream(client.Output);
            await using (contents.ConfigureAwait(false))
                await send(contents, ct).ConfigureAwait(false);
            return true;
        }
        catch (StoreException failure)
        {
            Log.ContentsFailed(log, failure.Message);
            return false; // There is no way to tell but to close.
        }
    }

    private static async Task<bool> CloseAsync(ClientContext client, string message, CancellationToken ct)
    {
        await FailAsync(client, message, ct).ConfigureAwait(false);
        return false;
    }

    private static async Task FailAsync(ClientContext client, string message, CancellationToken ct)
    {
        client.Output.EndWork(writer => writer.WriteError(client.Terms.Version, message));
        await client.Output.FlushAsync(ct).ConfigureAwait(false);
    }

    private static bool IsGone(Exception failure) =>
        failure
            is EndOfStreamException
                or SocketException
                or IOException { InnerException: SocketException or IOException };
}
