namespace Farm.Store.Actors;

/// <summary>A file operation that travels to a lock and runs there to its end before the next one.</summary>
public interface IPathOperation<TResult>
{
    Task<TResult> RunAsync();
}
