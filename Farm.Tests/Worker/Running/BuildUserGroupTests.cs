using Farm.Tests.Support;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Running;

public sealed class BuildUserGroupTests : IDisposable
{
    private static readonly string[] s_groups = ["root:x:0:", "nixbld:x:30000:nixbld1,nixbld2", "empty:x:30001:"];

    private static readonly string[] s_accounts =
    [
        "root:x:0:0:root:/root:/bin/sh",
        "nixbld2:x:30002:30000::/var/empty:/noshell",
        "nixbld1:x:30001:30000::/var/empty:/noshell",
    ];

    private readonly string _state = Directory.CreateTempSubdirectory("farm-users-").FullName;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public void Read_gives_the_members_in_the_order_of_the_group() =>
        Assert.Equal<SandboxIds>(
            [new SandboxIds(30001, 30000), new SandboxIds(30002, 30000)],
            BuildUserGroup.Read("nixbld", s_groups, s_accounts).AsEnumerable()
        );

    [Theory]
    [InlineData("none", "does not exist")]
    [InlineData("empty", "has no members")]
    [InlineData("wrong", "'ghost'")]
    [InlineData("roots", "'root'")]
    public void Read_refuses_a_group_that_no_build_can_run_as(string name, string told)
    {
        string[] groups = [.. s_groups, "wrong:x:1:nixbld1,ghost", "roots:x:2:root"];
        var failure = Assert.Throws<SandboxException>(() => BuildUserGroup.Read(name, groups, s_accounts));
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
    }

    [RootFact]
    public void TryTake_gives_each_build_a_member_of_its_own_until_all_are_taken()
    {
        var users = new BuildUsers(_state, BuildUserGroup.Read("nixbld", s_groups, s_accounts));
        using var first = users.TryTake();
        using var second = new BuildUsers(_state, BuildUserGroup.Read("nixbld", s_groups, s_accounts)).TryTake();
        Assert.Equal(30001u, first!.Ids.HostUid);
        Assert.Equal(30002u, second!.Ids.HostUid);
        Assert.Null(users.TryTake());
        Assert.True(File.Exists(Path.Combine(_state, "userpool", "30001"))); // Nix's name of the lock.
    }
}
