using Farm.Store.Paths;
using Farm.Worker.Execution;

namespace Farm.Tests.Worker.Execution;

public sealed class BuildTurnsTests
{
    private static readonly StorePath s_a = Named('a');
    private static readonly StorePath s_b = Named('b');
    private static readonly StorePath s_c = Named('c');

    private readonly BuildTurns _turns = new();

    [Fact]
    public async Task One_derivation_is_built_once_at_a_time()
    {
        var first = await _turns.TryEnterAsync(s_a, default);
        var second = _turns.TryEnterAsync(s_a, default);
        Assert.False(second.IsCompleted);
        first!.Dispose(); // Nobody waits for it inside of anything.
        Assert.NotNull(await second);
    }

    [Fact]
    public async Task A_build_inside_of_itself_is_refused()
    {
        using var outer = await _turns.TryEnterAsync(s_a, default);
        Assert.Null(await _turns.Inside(s_a).TryEnterAsync(s_a, default));
    }

    [Fact]
    public async Task Two_builds_that_would_wait_for_one_another_are_found_at_any_distance()
    {
        using var a = await _turns.TryEnterAsync(s_a, default);
        using var b = await _turns.TryEnterAsync(s_b, default);
        using var c = await _turns.Inside(s_a).TryEnterAsync(s_c, default);
        using var stop = new CancellationTokenSource();
        var waiting = _turns.Inside(s_c).TryEnterAsync(s_b, stop.Token);
        Assert.False(waiting.IsCompleted);
        Assert.Null(await _turns.Inside(s_b).TryEnterAsync(s_a, default));
        Assert.Null(await _turns.Inside(s_b).TryEnterAsync(s_c, default));
        // Who waits no more is in nobody's way.
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var later = _turns.Inside(s_b).TryEnterAsync(s_c, default);
        c!.Dispose(); // It has begun.
        using var entered = await later;
        Assert.NotNull(entered);
    }

    [Fact]
    public async Task What_is_over_leads_nowhere()
    {
        (await _turns.Inside(s_a).TryEnterAsync(s_b, default))!.Dispose(); // Nothing stands against it.
        using var inside = await _turns.Inside(s_b).TryEnterAsync(s_a, default);
        Assert.NotNull(inside);
    }

    private static StorePath Named(char letter) => StorePath.Parse($"{new string(letter, 32)}-{letter}.drv");
}
