namespace Farm.Actors;

/// <summary>Messages to self after a time. A timer that is replaced, cancelled, or belongs to an instance that is gone never
/// delivers, not even what is in the mailbox already.</summary>
public interface ITimerScheduler
{
    /// <summary>Replaces the timer of the same key.</summary>
    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    /// <summary>Replaces the timer of the same key.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    /// <summary>Replaces the timer of the same key.</summary>
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);
    bool IsTimerActive(object key);
    void Cancel(object key);
    void CancelAll();
}
