using Farm.Actors.Event;

namespace Farm.Actors.Cells;

/// <summary>Birth, failure, restart and end of one actor. Only in the actor's turn.</summary>
internal sealed class ActorLifecycle(ActorCell cell)
{
    private volatile bool _isTerminated;
    private bool _isTerminating;
    private bool _hasFailed;
    private Envelope _failedAt;
    private IActorRef? _perpetrator;
    private SupervisorStrategy? _strategy;
    private Action? _afterChildren; // what waits for the end of the children being stopped

    /// <summary>Null before the first and between two instances, and after the end.</summary>
    public ActorBase? Actor { get; private set; }
    public bool IsTerminated => _isTerminated;

    public void Handle(SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.Create:
                Create();
                break;
            case SystemMessage.Terminate:
                Terminate();
                break;
            case SystemMessage.Suspend:
                Suspend(null);
                break;
            case SystemMessage.Resume resume:
                Resume(resume.Cause);
                break;
            case SystemMessage.Recreate recreate:
                Recreate(recreate.Cause);
                break;
            case SystemMessage.Failed failed:
                ChildFailed(failed);
                break;
            case SystemMessage.Died died:
                SubjectDied(died.Actor);
                break;
        }
    }

    /// <summary>Holds this actor and its children back until the parent has answered.</summary>
    /// <param name="cause">Why.</param>
    /// <param name="perpetrator">The child whose failure this one's supervision escalates; null when it is our own.</param>
    public void Fail(Exception cause, IActorRef? perpetrator)
    {
        if (_isTerminated)
        {
            LogError(cause, "A stopped actor failed.");
            return;
        }
        if (_hasFailed)
            return;
        (_hasFailed, _failedAt, _perpetrator) = (true, cell.Current, perpetrator);
        Suspend(perpetrator);
        cell.ParentRef.SendSystem(new SystemMessage.Failed(cell.SelfRef, cause));
    }

    public void LogError(Exception cause, string message) =>
        Logging.GetLogger(cell.System, cell.SelfRef.Path.ToString()).Error(cause, "{0}", message);

    private void Create()
    {
        try
        {
            MakeInstance().InvokePreStart();
        }
        catch (Exception e)
        {
            Discard();
            throw new ActorInitializationException(cell.SelfRef, $"Exception during creation: {e.Message}", e);
        }
    }

    private ActorBase MakeInstance()
    {
        var made = cell.Props.NewActor();
        cell.Equip(made);
        _strategy = cell.Props.SupervisorStrategy ?? made.InvokeSupervisorStrategy();
        Actor = made;
        return made;
    }

    private void Suspend(IActorRef? exceptFor)
    {
        cell.Mailbox.Suspend();
        foreach (var stats in cell.Children.All.Where(stats => !ReferenceEquals(stats.Child, exceptFor)))
            stats.Child.SendSystem(new SystemMessage.Suspend());
    }

    private void Resume(Exception? cause)
    {
        if (Actor is null)
        {
            Recreate(cause ?? new IllegalActorStateException("Resumed before it was created."));
            return;
        }
        cell.Mailbox.Resume();
        var perpetrator = _perpetrator;
        if (cause is not null)
            ForgetFailure();
        foreach (var stats in cell.Children.All)
            stats.Child.SendSystem(new SystemMessage.Resume(ReferenceEquals(stats.Child, perpetrator) ? cause : null));
    }

    private void Recreate(Exception cause)
    {
        if (_isTerminating || _afterChildren is not null)
            return;
        if (Actor is { } failed)
        {
            cell.Current = _failedAt;
            try
            {
                failed.InvokePreRestart(cause, _failedAt.Message);
            }
            catch (Exception e)
            {
                LogError(new PreRestartException(cell.SelfRef, e, cause), e.Message);
            }
            cell.Current = default;
            Discard();
            AfterStoppingChildren(() => FinishRecreate(cause));
        }
        else
        {
            StopChildren();
            AfterStoppingChildren(FinishCreate);
        }
    }

    private void FinishCreate()
    {
        Revive();
        Create();
    }

    private void FinishRecreate(Exception cause)
    {
        var survivors = cell.Children.All;
        Revive();
        try
        {
            MakeInstance().InvokePostRestart(cause);
        }
        catch (Exception e)
        {
            Discard();
            throw new PostRestartException(cell.SelfRef, e, cause);
        }
        foreach (var survivor in survivors)
            survivor.Child.SendSystem(new SystemMessage.Recreate(cause));
    }

    private void Revive()
    {
        cell.Mailbox.Resume();
        ForgetFailure();
    }

    private void ForgetFailure() => (_hasFailed, _failedAt, _perpetrator) = (false, default, null);

    private void Discard()
    {
        cell.Strip();
        Actor = null;
    }

    private void ChildFailed(SystemMessage.Failed failed)
    {
        if (cell.Children.Find(failed.Child) is not { } stats)
            return;
        var strategy = _strategy ?? cell.Props.SupervisorStrategy ?? SupervisorStrategy.DefaultStrategy;
        cell.Current = new Envelope(failed, failed.Child); // a decider asks its Sender which child it is
        bool isHandled;
        try
        {
            isHandled = strategy.HandleFailure(cell, stats, failed.Cause);
        }
        finally
        {
            cell.Current = default;
        }
        if (!isHandled)
            Fail(failed.Cause, failed.Child);
    }

    private void SubjectDied(IInternalActorRef subject)
    {
        cell.DeathWatch.SubjectDied(subject);
        if (cell.Children.Remove(subject) && _afterChildren is { } then && !cell.Children.IsAnyStopping)
        {
            _afterChildren = null;
            then();
        }
    }

    private void Terminate()
    {
        if (_isTerminating)
            return;
        _isTerminating = true;
        cell.SetReceiveTimeout(null);
        cell.DeathWatch.UnwatchAll();
        cell.Children.Close();
        StopChildren();
        cell.Mailbox.Suspend();
        _afterChildren = null; // a restart that waited for the children is overtaken
        AfterStoppingChildren(FinishTerminate);
    }

    private void StopChildren()
    {
        foreach (var stats in cell.Children.All)
            cell.Stop(stats.Child);
    }

    private void AfterStoppingChildren(Action then)
    {
        if (cell.Children.IsAnyStopping)
            _afterChildren = then;
        else
            then();
    }

    private void FinishTerminate()
    {
        try
        {
            Actor?.InvokePostStop();
        }
        catch (Exception e)
        {
            LogError(e, e.Message);
        }
        Discard();
        cell.DeathWatch.UnwatchAll();
        _isTerminated = true;
        cell.Release();
        cell.ParentRef.SendSystem(new SystemMessage.Died(cell.SelfRef));
        cell.DeathWatch.TellWatchers(except: cell.ParentRef);
    }
}
