namespace Farm.Actors.Cells;

/// <summary>Runs the pieces of an actor's asynchronous handlers in that actor's turns.</summary>
internal sealed class ActorTaskScheduler(ActorCell cell) : TaskScheduler
{
    /// <summary>Runs a task now, in the actor's turn that the caller is in.</summary>
    public void Run(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task) => cell.Mailbox.PostSystem(new SystemMessage.Continue(task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(CurrentActor.Cell, cell) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
