namespace Farm.Store.Local;

/// <summary>Decides what of a tree goes into a NAR.</summary>
/// <remarks>Asked for each object below the root, a directory before what is in it; what is in a directory that is left out is not
/// looked at. Must answer the same each time, or the archive changes between hashing and sending.</remarks>
public abstract class TreeFilter
{
    /// <param name="path">The object's path from the root, with slashes; as Latin-1 where it is not UTF-8.</param>
    /// <param name="kind">What it is; a symbolic link is never followed.</param>
    public abstract bool Includes(string path, TreeEntryKind kind);
}
