using Farm.Tests.Support;
using Farm.Worker.Running;

namespace Farm.Tests.Worker.Running;

public sealed class BuildUsersTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("farm-users-").FullName;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [RootFact]
    public void TryTake_gives_each_build_an_id_of_its_own_until_all_are_taken()
    {
        var users = new BuildUsers(_state, slots: 2);
        using var first = users.TryTake();
        using var second = users.TryTake();
        Assert.Equal(IdRange.Usual.First, first!.Ids.HostUid);
        Assert.Equal(IdRange.Usual.First + 65536, second!.Ids.HostUid);
        Assert.Null(users.TryTake());
    }

    [RootFact]
    public void TryTake_gives_an_id_again_when_it_is_free()
    {
        var users = new BuildUsers(_state, slots: 1);
        users.TryTake()!.Dispose();
        using var again = users.TryTake();
        Assert.Equal(0, again!.Slot);
    }

    [RootFact]
    public void TryTake_respects_the_locks_of_another_farm_with_the_same_directory()
    {
        using var other = new BuildUsers(_state, slots: 1).TryTake();
        Assert.Null(new BuildUsers(_state, slots: 1).TryTake());
    }

    [RootFact]
    public void TryTake_keeps_lock_files_that_only_the_owner_may_open()
    {
        new BuildUsers(_state, slots: 1).TryTake()!.Dispose();
        var file = Path.Combine(_state, "userpool2", "slot-0");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }
}
