using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Optimising;

/// <summary>Some files and symbolic links of one directory, small enough to be linked while nobody waits long for the path.</summary>
/// <param name="Path">The store path they are in.</param>
/// <param name="Root">What the path's object was when the walk began.</param>
/// <param name="Directory">The directory; null where the object itself is the file, whose name is in the store directory.</param>
/// <param name="Names">Their names in it.</param>
internal sealed record FileBatch(
    StorePath Path,
    FileStatus Root,
    SharedDirectory? Directory,
    IReadOnlyList<byte[]> Names
)
{
    public const int MostFiles = 64;
}
