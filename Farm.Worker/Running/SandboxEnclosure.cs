using Farm.Store.Local;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>Decides whether a builder could hand an open descriptor to anybody who outlives its sandbox.</summary>
/// <remarks>That takes a socket that both can reach: an abstract one of the host's network, one in a directory of the host, or one that the
/// worker serves. And a builder that owns the directories, as without root, could give them lasting marks.</remarks>
public static class SandboxEnclosure
{
    /// <summary>Whether nothing of a build in this sandbox is left at its end but what is in its scratch directory.</summary>
    public static bool IsComplete(SandboxSpec spec) =>
        !spec.IsUnconfined
        && !spec.KeepsNetwork
        && !spec.HasNixSocket
        && Environment.IsPrivilegedProcess
        && spec.Ids.HostUid != 0
        && spec.Binds.All(bind => IsHarmless(bind.Source, Path.GetDirectoryName(spec.ScratchDirectory)!));

    /// <summary>No socket can be in a store path.</summary>
    private static bool IsHarmless(string source, string physicalStoreDir) =>
        source.StartsWith($"{physicalStoreDir}/", StringComparison.Ordinal) || PlainFile.Is(source);
}
