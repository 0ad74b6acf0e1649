using System.Collections.Immutable;
using Farm.Store.Paths;
using Farm.Worker.Execution;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farm.Tests.Worker.Execution;

public sealed class InputFetcherTests : IDisposable
{
    private static readonly Uri Holder = new("http://holder/");
    private static readonly Dictionary<StorePath, ImmutableArray<Uri>> Nobody = [];
    private readonly FakeStore _own = new();
    private readonly FakeStore _theirs = new();
    private readonly FakeSource _coordinator;
    private readonly FakeSource _holder;
    private readonly InputFetcher _fetcher;

    public InputFetcherTests()
    {
        (_coordinator, _holder) = (new FakeSource(_theirs), new FakeSource(_theirs));
        var retry = new RetryPolicy(
            TimeSpan.FromMilliseconds(1),
            TimeSpan.FromMilliseconds(2),
            TimeSpan.FromMinutes(1),
            TimeProvider.System
        );
        _fetcher = new InputFetcher(_own, _coordinator, _ => _holder, 4, retry, NullLogger.Instance);
    }

    public void Dispose() => _fetcher.Dispose();

    [Fact]
    public async Task References_come_before_what_refers_to_them_and_need_not_be_named()
    {
        var leaf = _theirs.Put("leaf").Path;
        var middle = _theirs.Put("middle", leaf).Path;
        var top = _theirs.Put("top", middle, leaf).Path;
        await _fetcher.FetchAsync([top], Nobody, CancellationToken.None);
        Assert.Equal([leaf, middle, top], _own.Added);
    }

    [Fact]
    public async Task A_path_may_refer_to_itself()
    {
        var self = FakeStore.PathOf("self");
        _theirs.Put("self", self);
        await _fetcher.FetchAsync([self], Nobody, CancellationToken.None);
        Assert.Equal([self], _own.Added);
    }

    [Fact]
    public async Task What_is_valid_already_is_not_asked_for()
    {
        _theirs.Put("here");
        var here = _own.Put("here").Path;
        await _fetcher.FetchAsync([here], Nobody, CancellationToken.None);
        Assert.Empty(_coordinator.Opened);
    }

    [Fact]
    public async Task Several_who_want_the_same_path_share_one_transfer()
    {
        var path = _theirs.Put("shared").Path;
        var gate = new TaskCompletionSource();
        _coordinator.Gate = gate.Task;
        var fetches = Enumerable
            .Range(0, 5)
            .Select(_ => _fetcher.FetchAsync([path], Nobody, CancellationToken.None))
            .ToArray();
        gate.SetResult();
        await Task.WhenAll(fetches);
        Assert.Single(_coordinator.Opened);
    }

    [Fact]
    public async Task One_who_gives_up_does_not_take_the_transfer_from_the_others()
    {
        var path = _theirs.Put("shared").Path;
        var gate = new TaskCompletionSource();
        _coordinator.Gate = gate.Task;
        using var impatient = new CancellationTokenSource();
        var first = _fetcher.FetchAsync([path], Nobody, impatient.Token);
        var second = _fetcher.FetchAsync([path], Nobody, CancellationToken.None);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        await second;
        Assert.Equal([path], _own.Added);
    }

    [Fact]
    public async Task A_holder_is_asked_before_the_coordinator()
    {
        var path = _theirs.Put("held").Path;
        await _fetcher.FetchAsync([path], Held(path), CancellationToken.None);
        Assert.Equal([path], _holder.Opened);
        Assert.Empty(_coordinator.Opened);
    }

    [Fact]
    public async Task A_corrupted_archive_is_refused_and_fetched_from_the_next()
    {
        var path = _theirs.Put("held").Path;
        _holder.Lie = [1, 2, 3];
        await _fetcher.FetchAsync([path], Held(path), CancellationToken.None);
        Assert.Equal([path], _coordinator.Opened);
        Assert.Equal(_theirs.NarOf(path), _own.NarOf(path));
    }

    [Fact]
    public async Task A_source_in_trouble_is_tried_again()
    {
        var path = _theirs.Put("late").Path;
        _coordinator.Outages = 3;
        await _fetcher.FetchAsync([path], Nobody, CancellationToken.None);
        Assert.Equal(4, _coordinator.Opened.Count);
    }

    [Fact]
    public async Task An_input_that_the_coordinator_lacks_is_an_error_that_does_not_pass()
    {
        var path = FakeStore.PathOf("nowhere");
        var failure = await Assert.ThrowsAsync<FetchException>(() =>
            _fetcher.FetchAsync([path], Nobody, CancellationToken.None)
        );
        Assert.False(failure.IsTransient);
        Assert.Contains(path.ToString(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lies_everywhere_are_reported_with_each_source()
    {
        var path = _theirs.Put("held").Path;
        (_holder.Lie, _coordinator.Lie) = ([1], [2]);
        var failure = await Assert.ThrowsAsync<FetchException>(() =>
            _fetcher.FetchAsync([path], Held(path), CancellationToken.None)
        );
        Assert.Contains("http://holder/", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the coordinator", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_own.Added);
    }

    private static Dictionary<StorePath, ImmutableArray<Uri>> Held(StorePath path) => new() { [path] = [Holder] };
}
