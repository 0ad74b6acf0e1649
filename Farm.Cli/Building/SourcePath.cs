using Farm.Store.PathInfos;

namespace Farm.Cli.Building;

/// <summary>A path that a build needs at the coordinator, and where its contents are.</summary>
public abstract record SourcePath
{
    private SourcePath(PathInfo info) => Info = info;

    public PathInfo Info { get; }

    /// <summary>Files in a store.</summary>
    /// <param name="Files">The directory, file or link that the path names.</param>
    public sealed record Stored(PathInfo Info, string Files) : SourcePath(Info);

    /// <summary>A derivation that is in no store: its archive is in memory.</summary>
    public sealed record InMemory(PathInfo Info, ReadOnlyMemory<byte> Nar) : SourcePath(Info);
}
