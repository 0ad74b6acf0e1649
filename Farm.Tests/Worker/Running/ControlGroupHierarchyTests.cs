using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Running;

/// <summary>Where groups of builds are made, and what is written to them, on hosts of both versions.</summary>
public sealed class ControlGroupHierarchyTests
{
    [Fact]
    public void Read_finds_the_group_of_the_process_in_the_one_tree_of_version_2()
    {
        var found = Assert.Single(
            ControlGroupHierarchy.Read(
                ["30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"],
                ["0::/system.slice/farm.service"]
            )
        );
        Assert.Equal("/sys/fs/cgroup/system.slice/farm.service", found.Directory);
        Assert.True(found.IsUnified);
    }

    [Fact]
    public void Read_finds_each_tree_of_version_1_and_leaves_out_those_that_limit_nothing_for_builds()
    {
        ControlGroupHierarchy[] found =
        [
            .. ControlGroupHierarchy.Read(
                [
                    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct",
                    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory",
                    "37 31 0:34 / /sys/fs/cgroup/freezer rw,relatime - cgroup cgroup rw,freezer",
                    "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd",
                    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755",
                ],
                ["6:freezer:/", "4:memory:/farm", "1:cpu,cpuacct:/", "9:name=systemd:/"]
            ),
        ];
        Assert.Equal(
            ["/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/memory/farm"],
            found.Select(tree => tree.Directory)
        );
        Assert.Equal(["cpu", "memory"], found.SelectMany(tree => tree.Controllers));
        Assert.All(found, tree => Assert.False(tree.IsUnified));
    }

    [Fact]
    public void Read_takes_away_what_a_container_does_not_show_of_the_path()
    {
        var found = Assert.Single(
            ControlGroupHierarchy.Read(
                ["30 23 0:26 /pod/one /sys/fs/cgroup rw - cgroup2 cgroup rw"],
                ["0::/pod/one/worker"]
            )
        );
        Assert.Equal("/sys/fs/cgroup/worker", found.Directory);
    }

    [Theory]
    [InlineData(true, "memory.high=1000 memory.max=2000 pids.max=31 cpu.weight=50 io.weight=200")]
    [InlineData(
        false,
        "memory.soft_limit_in_bytes=1000 memory.limit_in_bytes=2000 pids.max=31 cpu.shares=512 io.weight=200"
    )]
    public void Limits_are_written_to_the_files_of_the_version(bool isUnified, string expected)
    {
        var tree = new ControlGroupHierarchy("/x", isUnified, ["cpu", "io", "memory", "pids"]);
        var written = ControlGroupFiles.Limits(tree, new ControlGroupLimits(1000, 2000, 50, 200, 30));
        Assert.Equal(expected, string.Join(' ', written.Select(pair => $"{pair.File}={pair.Text}")));
    }

    [Fact]
    public void Limits_of_controllers_that_are_not_there_are_left_out()
    {
        var tree = new ControlGroupHierarchy("/x", true, ["pids"]);
        Assert.Equal(
            [("pids.max", "31")],
            ControlGroupFiles.Limits(tree, new ControlGroupLimits(1000, 2000, 50, 200, 30))
        );
    }
}
