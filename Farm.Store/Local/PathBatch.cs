using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Local;

/// <summary>Paths that are to become valid in one transaction, each after those in it that it refers to.</summary>
internal sealed class PathBatch
{
    private const int MostPaths = 64;
    private const long MostBytes = 64 << 20;
    private readonly List<StagedPath> _paths = [];
    private readonly HashSet<StorePath> _names = [];
    private long _bytes;

    public IReadOnlyList<StagedPath> Paths => _paths;

    /// <summary>Whether it should be committed, so that what is behind does not wait for long.</summary>
    public bool IsFull => _paths.Count >= MostPaths || _bytes >= MostBytes;

    public bool Contains(StorePath path) => _names.Contains(path);

    /// <summary>Whether a path can be committed with those that are in. A derivation is checked against the files of those it depends
    /// on, which must be in their place.</summary>
    public bool Takes(PathInfo info) =>
        !IsFull
        && !_names.Contains(info.Path)
        && !(info.Path.IsDerivation && info.References.Any(path => path.IsDerivation && _names.Contains(path)));

    public void Add(StagedPath path)
    {
        _paths.Add(path);
        _names.Add(path.Info.Path);
        _bytes += path.Info.NarSizeBytes;
    }
}
