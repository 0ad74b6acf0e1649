namespace Farm.Tests.Store.Collector;

/// <summary>Does something at once when progress is told; the teller goes on after it.</summary>
internal sealed class ProgressCall<T>(Action<T> act) : IProgress<T>
{
    public void Report(T value) => act(value);
}
