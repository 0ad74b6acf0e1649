namespace Farm.Actors;

/// <summary>Something that can be called off.</summary>
public interface ICancelable
{
    bool IsCancellationRequested { get; }
    CancellationToken Token { get; }
    void Cancel();
}
