using System.Collections.Immutable;

namespace Farm.Worker.Running;

/// <summary>One tree of control groups, with the place in it where groups of builds are made.</summary>
/// <param name="Directory">The group of this process.</param>
/// <param name="IsUnified">Whether it is of version 2, where one tree has all controllers.</param>
/// <param name="Controllers">Those that can be used for groups of builds, by the kernel's names.</param>
public sealed record ControlGroupHierarchy(string Directory, bool IsUnified, ImmutableSortedSet<string> Controllers)
{
    /// <summary>The controllers that limit or count something for builds.</summary>
    public static ImmutableArray<string> Wanted { get; } = ["memory", "pids", "cpu", "io"];

    /// <summary>Reads which trees there are, and where this process is in each.</summary>
    /// <param name="mounts">Lines of <c>/proc/self/mountinfo</c>.</param>
    /// <param name="memberships">Lines of <c>/proc/self/cgroup</c>.</param>
    /// <remarks>Source: the kernel's <c>Documentation/admin-guide/cgroup-v2.rst</c> and <c>cgroup-v1/cgroups.rst</c>, and
    /// <c>cgroups(7)</c>. The controllers of a tree of version 2 are those its groups may have; the caller asks which are.</remarks>
    public static IEnumerable<ControlGroupHierarchy> Read(IEnumerable<string> mounts, IEnumerable<string> memberships)
    {
        // Each line is number:controllers:path; version 2 names no controllers.
        var paths = memberships
            .Select(line => line.Split(':', 3))
            .Where(parts => parts.Length == 3)
            .SelectMany(parts => parts[1].Split(',').Select(controller => (controller, parts[2])))
            .DistinctBy(pair => pair.controller)
            .ToDictionary(pair => pair.controller, pair => pair.Item2, StringComparer.Ordinal);
        foreach (var line in mounts)
        {
            var halves = line.Split(" - ", 2);
            var (before, after) = (halves[0].Split(' '), halves[^1].Split(' '));
            if (before.Length < 5 || after.Length < 3)
                continue;
            var (root, place) = (before[3], before[4]);
            if (after[0] == "cgroup2" && paths.TryGetValue("", out var unified))
                yield return new(Below(place, root, unified), true, [.. Wanted]);
            if (after[0] != "cgroup")
                continue;
            var controllers = after[2].Split(',').Intersect(Wanted, StringComparer.Ordinal).ToImmutableSortedSet();
            if (!controllers.IsEmpty && paths.TryGetValue(controllers[0], out var path))
                yield return new(Below(place, root, path), false, controllers);
        }
    }

    private static string Below(string place, string root, string path)
    {
        // In a container the mount shows only what is below the root of the mount.
        var inside = root != "/" && path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : path;
        return $"{place}/{inside.Trim('/')}".TrimEnd('/');
    }
}
