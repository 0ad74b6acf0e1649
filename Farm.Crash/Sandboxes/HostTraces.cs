using System.Collections.Immutable;
using System.Globalization;

namespace Farm.Crash.Sandboxes;

/// <summary>What the builds below one directory have of the host at a moment.</summary>
/// <param name="Processes">Ids of processes in whose mount namespace there is a mount of the directory: all that runs in
/// sandboxes. A namespace that nothing of these holds is gone.</param>
/// <param name="Mounts">Our own mounts of the directory.</param>
/// <param name="Cgroups">Control groups named after a build user or a build here.</param>
/// <param name="Files">What is in the directory.</param>
/// <param name="Namespaces">Namespaces that this process holds open.</param>
public sealed record HostTraces(
    ImmutableArray<int> Processes,
    ImmutableArray<string> Mounts,
    ImmutableArray<string> Cgroups,
    ImmutableArray<string> Files,
    ImmutableArray<string> Namespaces
)
{
    private const string CgroupFiles = "/sys/fs/cgroup";

    /// <summary>Groups of other nodes, also of killed ones, which the next node removes, may end in the same user.</summary>
    private static readonly string OwnGroups = $"farm-build-{Environment.ProcessId}-";

    public bool AreNone =>
        Processes.IsEmpty && Mounts.IsEmpty && Cgroups.IsEmpty && Files.IsEmpty && Namespaces.IsEmpty;

    /// <param name="directory">Where the builds' directories are made.</param>
    /// <param name="users">The ids of the build users.</param>
    public static HostTraces Find(string directory, IReadOnlySet<uint> users)
    {
        var ours = MountsOf("self", directory);
        return new HostTraces(
            [.. ProcessIds().Where(process => process != Environment.ProcessId && Sees(process, directory))],
            [.. ours],
            [.. CgroupsOf(users)],
            [.. Directory.EnumerateFileSystemEntries(directory).Select(file => Path.GetFileName(file))],
            [.. OpenNamespaces()]
        );
    }

    public override string ToString() =>
        $"processes {string.Join(' ', Processes)}; mounts {string.Join(' ', Mounts)}; control groups "
        + $"{string.Join(' ', Cgroups)}; files {string.Join(' ', Files)}; namespaces {string.Join(' ', Namespaces)}";

    /// <summary>The first process of a sandbox below the directory; null where there is none at the moment.</summary>
    public static int? FirstProcess(string directory) =>
        ProcessIds().Where(process => process != Environment.ProcessId && Sees(process, directory)).Min(id => (int?)id);

    /// <summary>Null where the process has ended.</summary>
    public static int? ParentOf(int process) =>
        StatusOf(process, "PPid:") is { } parent ? int.Parse(parent, CultureInfo.InvariantCulture) : null;

    private static IEnumerable<int> ProcessIds() =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(entry => int.TryParse(Path.GetFileName(entry), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0);

    private static bool Sees(int process, string directory) =>
        MountsOf(process.ToString(CultureInfo.InvariantCulture), directory).Any();

    private static IEnumerable<string> MountsOf(string process, string directory) =>
        Lines($"/proc/{process}/mountinfo").Where(line => line.Contains(directory, StringComparison.Ordinal));

    private static string? StatusOf(int process, string key) =>
        Lines($"/proc/{process}/status")
            .FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))
            ?.Split('\t')[1];

    private static IEnumerable<string> CgroupsOf(IReadOnlySet<uint> users) =>
        Directory.Exists(CgroupFiles)
            ? Directory
                .EnumerateDirectories(
                    CgroupFiles,
                    "*",
                    new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }
                )
                .Where(group => Path.GetFileName(group).StartsWith(OwnGroups, StringComparison.Ordinal))
                .Where(group =>
                    users.Any(user => Path.GetFileName(group).EndsWith($"-{user}", StringComparison.Ordinal))
                )
            : [];

    private static IEnumerable<string> OpenNamespaces() =>
        Directory
            .EnumerateFileSystemEntries("/proc/self/fd")
            .Select(file => new FileInfo(file).LinkTarget ?? "")
            .Where(target => target.Contains(":[", StringComparison.Ordinal))
            .Where(target => target.Split(':')[0] is not ("pipe" or "socket" or "anon_inode"));

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return []; // It has ended meanwhile.
        }
    }
}
