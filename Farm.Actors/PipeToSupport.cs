using Farm.Actors.Cells;

namespace Farm.Actors;

/// <summary>Sends the outcome of a task to an actor: the result, or <see cref="Status.Failure"/>.</summary>
public static class PipeToSupport
{
    /// <param name="taskToPipe">What to wait for.</param>
    /// <param name="recipient">Who is told.</param>
    /// <param name="sender">In whose name; null: the actor that calls.</param>
    /// <param name="success">Makes the message of the result; null: the result itself.</param>
    /// <param name="failure">Makes the message of the failure; null: <see cref="Status.Failure"/>.</param>
    /// <returns>Completes, never failed, when the recipient has been told.</returns>
    public static Task PipeTo<T>(
        this Task<T> taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null
    )
    {
        ArgumentNullException.ThrowIfNull(taskToPipe);
        return PipeAsync(taskToPipe, () => Message(taskToPipe, success), recipient, sender, failure);
    }

    /// <inheritdoc cref="PipeTo{T}"/>
    public static Task PipeTo(
        this Task taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<object>? success = null,
        Func<Exception, object>? failure = null
    )
    {
        ArgumentNullException.ThrowIfNull(taskToPipe);
        return PipeAsync(taskToPipe, () => success?.Invoke(), recipient, sender, failure);
    }

    private static object? Message<T>(Task<T> done, Func<T, object>? success)
    {
        var result = done.GetAwaiter().GetResult(); // has completed
        return success is null ? result : success(result);
    }

    private static async Task PipeAsync(
        Task task,
        Func<object?> success,
        ICanTell recipient,
        IActorRef? sender,
        Func<Exception, object>? failure
    )
    {
        var from = sender ?? CurrentActor.SelfOrNoSender();
        object? message;
        try
        {
            await task.ConfigureAwait(false);
            message = success();
        }
        catch (Exception e)
        {
            message = failure is null ? new Status.Failure(e) : failure(e);
        }
        if (message is not null)
            recipient.Tell(message, from);
    }
}
