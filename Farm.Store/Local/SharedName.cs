using Farm.Store.Hashing;

namespace Farm.Store.Local;

/// <summary>A name of an immutable file that has others.</summary>
/// <param name="Path">Relative to the directory that the removal works in.</param>
/// <param name="Inode">The file's.</param>
/// <param name="Link">Its name in <c>.links</c>, as far as that is known.</param>
internal readonly record struct SharedName(byte[] Path, ulong Inode, Sha256Digest? Link);
