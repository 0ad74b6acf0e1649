using System.Collections.Immutable;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>Makes a control group for each build, below the group that this process is in.</summary>
/// <remarks>With version 2 that group must be ours to divide (systemd: <c>Delegate=yes</c>); its processes move to a group
/// beside those of the builds, since a group with controllers for others has no processes of its own.</remarks>
public sealed class ControlGroups
{
    private const string OwnGroup = "farm-node";
    private const string BuildGroup = "farm-build-";

    /// <summary>Of the whole process, in which several nodes may be.</summary>
    private static int s_count;

    private readonly ImmutableArray<ControlGroupHierarchy> _hierarchies;

    private readonly string _leftovers;

    private ControlGroups(
        ImmutableArray<ControlGroupHierarchy> hierarchies,
        ControlGroupLimits limits,
        string leftovers = ""
    )
    {
        _leftovers = leftovers;
        _hierarchies = hierarchies;
        Limits = limits;
        Controllers = [.. hierarchies.SelectMany(hierarchy => hierarchy.Controllers)];
    }

    public ControlGroupLimits Limits { get; }

    /// <summary>The controllers that builds are limited and counted by.</summary>
    public ImmutableSortedSet<string> Controllers { get; }

    /// <summary>One sentence on what is counted and limited, and what is not; another on groups that are left of earlier nodes.</summary>
    public string Notice
    {
        get
        {
            var off = ControlGroupHierarchy.Wanted.Except(Controllers).ToArray();
            var on = Controllers.IsEmpty
                ? "Builds have no control groups: they are ended by their process namespace and limited by resource limits alone"
                : $"Builds are limited and counted by the control group controllers {string.Join(", ", Controllers)}";
            return (off.Length == 0 ? $"{on}." : $"{on}; not usable here: {string.Join(", ", off)}.") + _leftovers;
        }
    }

    /// <summary>Finds what the host lets us use, by trying it.</summary>
    /// <exception cref="SandboxException">A controller that a limit needs cannot be used, and the settings insist on it.</exception>
    public static ControlGroups Find(ControlGroupSettings settings)
    {
        if (settings.Mode == ControlGroupMode.Off)
            return new ControlGroups([], settings.Limits);
        ImmutableArray<ControlGroupHierarchy> usable =
        [
            .. ControlGroupHierarchy
                .Read(Lines("/proc/self/mountinfo"), Lines("/proc/self/cgroup"))
                .Select(hierarchy => hierarchy.IsUnified ? Divided(hierarchy) : hierarchy)
                .Where(hierarchy => !hierarchy.Controllers.IsEmpty && IsOurs(hierarchy)),
        ];
        var left = usable.SelectMany(hierarchy => RemoveLeftovers(hierarchy.Directory)).ToArray();
        var leftovers =
            left.Length == 0
                ? ""
                : $" Groups of builds of a node that was killed are still there, and go at the next start: {string.Join("; ", left)}.";
        var groups = new ControlGroups(usable, settings.Limits, leftovers);
        var missing = Needed(settings.Limits).Except(groups.Controllers);
        return settings.Mode != ControlGroupMode.On || (missing.IsEmpty && !groups.Controllers.IsEmpty)
            ? groups
            : throw new SandboxException(
                $"use-cgroups is on, but the control group controllers {string.Join(", ", missing.IsEmpty ? [.. ControlGroupHierarchy.Wanted] : missing)} cannot be used: give the node a group of its own (systemd: Delegate=yes), or set use-cgroups = auto."
            );
    }

    /// <summary>The groups of one build, with the limits. Their name has the number of this process, so that nodes never meet.</summary>
    /// <param name="user">Whose build it is: told by the end of the name.</param>
    /// <exception cref="SandboxException">One cannot be made.</exception>
    public ControlGroup Make(BuildUser user) =>
        ControlGroup.Make(
            _hierarchies,
            $"{BuildGroup}{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}-{user.Ids.HostUid}",
            Limits
        );

    private static ImmutableSortedSet<string> Needed(ControlGroupLimits limits)
    {
        var needed = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        if (limits.MemoryHighBytes is not null || limits.MemoryMaxBytes is not null)
            needed.Add("memory");
        if (limits.CpuWeight is not null)
            needed.Add("cpu");
        if (limits.IoWeight is not null)
            needed.Add("io");
        return needed.ToImmutable();
    }

    /// <summary>A tree of version 2 with the controllers that the groups of builds get.</summary>
    private static ControlGroupHierarchy Divided(ControlGroupHierarchy hierarchy)
    {
        var controllers = Words(hierarchy.Directory, "cgroup.controllers");
        var wanted = hierarchy.Controllers.Intersect(controllers);
        if (!wanted.IsEmpty && !wanted.IsSubsetOf(Words(hierarchy.Directory, "cgroup.subtree_control")))
        {
            try
            {
                Enable(hierarchy.Directory, wanted);
            }
            catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
            {
                wanted = wanted.Intersect(Words(hierarchy.Directory, "cgroup.subtree_control"));
            }
        }
        return hierarchy with { Controllers = wanted };
    }

    private static void Enable(string group, IEnumerable<string> controllers)
    {
        var text = string.Join(' ', controllers.Select(controller => $"+{controller}"));
        try
        {
            ControlGroup.Write(group, "cgroup.subtree_control", text);
        }
        catch (IOException)
        {
            // A group with processes gives its children no controllers: we go to a group of our own first.
            var own = Directory.CreateDirectory(Path.Combine(group, OwnGroup)).FullName;
            ControlGroup.Write(own, "cgroup.procs", $"{Environment.ProcessId}");
            ControlGroup.Write(group, "cgroup.subtree_control", text);
        }
    }

    /// <summary>Removes groups of nodes that were killed, with what may still run in them. Answers which stay, and why.</summary>
    private static IEnumerable<string> RemoveLeftovers(string directory)
    {
        foreach (var group in Directory.EnumerateDirectories(directory, $"{BuildGroup}*"))
        {
            var owner = Path.GetFileName(group)[BuildGroup.Length..].Split('-')[0];
            if (!Directory.Exists($"/proc/{owner}") && ControlGroup.TryEnd(group) is { } error)
                yield return $"'{group}' ({error})";
        }
    }

    private static bool IsOurs(ControlGroupHierarchy hierarchy)
    {
        try
        {
            ControlGroup
                .Make([hierarchy], $"farm-probe-{Environment.ProcessId}", ControlGroupLimits.None)
                .RemoveEmpty();
            return true;
        }
        catch (SandboxException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Words(string group, string file) =>
        Lines(Path.Combine(group, file)).SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return []; // A host without control groups, or that does not show them.
        }
    }
}
