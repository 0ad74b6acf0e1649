using Farm.Store.Hashing;
using Farm.Store.Locking;
using Farm.Store.Paths;

namespace Farm.Tests.Store.Locking;

public sealed class PathLockStateTests
{
    [Fact]
    public void The_first_operation_starts_and_the_next_waits()
    {
        var (state, first) = new PathLockState<string>().Arrive("a");
        (state, var second) = state.Arrive("b");
        Assert.Equal("a", first);
        Assert.Null(second);
        Assert.Equal("a", state.Running);
    }

    [Fact]
    public void Operations_start_in_the_order_of_their_arrival()
    {
        var (state, _) = new PathLockState<string>().Arrive("a");
        (state, _) = state.Arrive("b");
        (state, _) = state.Arrive("c");
        (state, var second) = state.End();
        (state, var third) = state.End();
        (state, var none) = state.End();
        Assert.Equal(("b", "c", null), (second, third, none));
        Assert.Null(state.Running);
    }

    [Fact]
    public void Nothing_ends_under_a_free_lock() =>
        Assert.Throws<InvalidOperationException>(() => new PathLockState<string>().End());

    [Fact]
    public void Store_paths_come_before_links_and_links_before_inodes()
    {
        PathLockKey path = new PathLockKey.Path(StorePath.Parse($"{new string('z', 32)}-z"));
        PathLockKey link = new PathLockKey.Link(Sha256Digest.Zero);
        PathLockKey inode = new PathLockKey.Inode(0);
        Assert.Equal([path, link, inode], new[] { inode, link, path }.Order());
    }
}
