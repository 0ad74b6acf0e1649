using Farm.Tests.Support;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Running;

/// <summary>Control groups that a node which was killed has left.</summary>
public sealed class ControlGroupLeftoverTests
{
    // No process has it: the kernel's numbers end at 2^22.
    private const int Nobody = 1 << 23;

    [ControlGroupFact]
    public void Groups_that_can_go_are_removed_at_the_start_and_others_are_told_of()
    {
        var memory = Memory();
        var empty = Directory.CreateDirectory(Path.Combine(memory, $"farm-build-{Nobody}-1-0")).FullName;
        var full = Directory.CreateDirectory(Path.Combine(memory, $"farm-build-{Nobody}-2-0")).FullName;
        var inside = Directory.CreateDirectory(Path.Combine(full, "inside")).FullName;
        try
        {
            var groups = ControlGroupFactAttribute.Find(ControlGroupLimits.None);
            Assert.False(Directory.Exists(empty));
            Assert.Contains($"go at the next start: '{full}' (", groups.Notice, StringComparison.Ordinal);
            Directory.Delete(inside);
            Assert.DoesNotContain(
                full,
                ControlGroupFactAttribute.Find(ControlGroupLimits.None).Notice,
                StringComparison.Ordinal
            );
            Assert.False(Directory.Exists(full));
        }
        finally
        {
            foreach (var left in (string[])[inside, full, empty])
            {
                if (Directory.Exists(left))
                    Directory.Delete(left);
            }
        }
    }

    /// <summary>Where groups of builds with the memory controller are made.</summary>
    private static string Memory() =>
        ControlGroupHierarchy
            .Read(File.ReadAllLines("/proc/self/mountinfo"), File.ReadAllLines("/proc/self/cgroup"))
            .First(hierarchy => hierarchy.Controllers.Contains("memory"))
            .Directory;
}
