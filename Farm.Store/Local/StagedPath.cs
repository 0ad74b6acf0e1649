using Farm.Store.PathInfos;

namespace Farm.Store.Local;

/// <summary>A path whose files are made and checked, in their stage, and which is not valid yet.</summary>
/// <param name="Tree">Its files.</param>
/// <param name="Info">All that is to be recorded of it.</param>
internal sealed record StagedPath(StagedTree Tree, PathInfo Info) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Tree.DisposeAsync();
}
