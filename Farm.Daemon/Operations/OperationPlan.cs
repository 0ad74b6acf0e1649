using Farm.Daemon.Connections;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>What is sent when the work is done.</summary>
/// <param name="Fields">Writes the fields of the answer.</param>
/// <param name="Contents">Sends what comes after them; null for nothing. Where it fails, the connection is closed.</param>
internal sealed record Reply(Action<WireWriter> Fields, Func<Stream, CancellationToken, Task>? Contents = null)
{
    public static Reply Nothing { get; } = new(_ => { });

    /// <summary>The answer of operations that have nothing to say.</summary>
    public static Reply Done { get; } = new(writer => writer.WriteNumber(1));
}

/// <summary>An operation whose arguments have been read.</summary>
/// <param name="Work">Does it. What it throws is told to the client, which can go on then.</param>
internal sealed record OperationPlan(Func<CancellationToken, Task<Reply>> Work)
{
    /// <summary>Whether it may take long and reads nothing from the client, so that it is watched whether that is still there.</summary>
    public bool IsLong { get; init; }

    /// <summary>What the client uploads; read to its end before anything is answered.</summary>
    public FramedStream? Frames { get; init; }

    /// <summary>Whether a failure leaves bytes unread, so that the connection cannot go on.</summary>
    public bool IsFragile { get; init; }

    /// <summary>Work whose answer is written from what it comes to.</summary>
    public static OperationPlan Of<T>(Func<CancellationToken, Task<T>> work, Action<WireWriter, T> write) =>
        new(async ct =>
        {
            var found = await work(ct).ConfigureAwait(false);
            return new Reply(writer => write(writer, found));
        });

    /// <summary>Work whose answer is 1.</summary>
    public static OperationPlan Of(Func<CancellationToken, Task> work) =>
        new(async ct =>
        {
            await work(ct).ConfigureAwait(false);
            return Reply.Done;
        });

    /// <summary>Work that only fails.</summary>
    public static OperationPlan Refuse(string message, bool closes = false) =>
        new(_ => Task.FromException<Reply>(new DaemonException(message, closes)));
}
