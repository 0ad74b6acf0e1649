using Farm.Store.Hashing;

namespace Farm.Store.Integrity;

/// <summary>A file or directory whose immutable bit was lifted for a moment.</summary>
/// <param name="Inode">Its number on the store's file system.</param>
/// <param name="Path">One of its names, relative to the store directory; empty where only the number was known.</param>
internal readonly record struct LiftedBit(ulong Inode, ByteString Path);
