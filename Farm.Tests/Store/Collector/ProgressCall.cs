namespace Farm.Tests.Store.Collector;

/// <summary>Does something when progress is told, and lets the teller wait for it.</summary>
internal sealed class ProgressCall<T>(Func<T, Task> act) : IProgress<T>
{
    public void Report(T value) => act(value).GetAwaiter().GetResult();
}
