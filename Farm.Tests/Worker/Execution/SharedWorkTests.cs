using Farm.Worker.Execution;

namespace Farm.Tests.Worker.Execution;

public sealed class SharedWorkTests
{
    private readonly SharedWork<string> _work = new();

    [Fact]
    public async Task Work_is_cancelled_when_the_last_who_waits_gives_up()
    {
        using var one = new CancellationTokenSource();
        using var two = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource();
        async Task Endless(CancellationToken ct)
        {
            ct.Register(() => cancelled.TrySetResult());
            await Task.Delay(Timeout.Infinite, ct);
        }

        var first = _work.DoAsync("key", Endless, one.Token);
        var second = _work.DoAsync("key", Endless, two.Token);
        await one.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(cancelled.Task.IsCompleted);
        await two.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await cancelled.Task;
    }

    [Fact]
    public async Task A_failure_is_told_to_all_and_the_next_begins_anew()
    {
        static Task Fail(CancellationToken ct) => Task.FromException(new InvalidOperationException("broken"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _work.DoAsync("key", Fail, CancellationToken.None));
        await _work.DoAsync("key", _ => Task.CompletedTask, CancellationToken.None);
    }
}
