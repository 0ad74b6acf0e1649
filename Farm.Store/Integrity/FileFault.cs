using Farm.Store.Hashing;

namespace Farm.Store.Integrity;

/// <summary>One file or directory of a path whose metadata is not as it should be.</summary>
/// <param name="Inode">Its number.</param>
/// <param name="File">Its name, relative to the store directory.</param>
/// <param name="IsDirectory">Whether it is a directory.</param>
internal readonly record struct FileFault(ulong Inode, ByteString File, bool IsDirectory);
