using Farm.Store.Compressing;
using Farm.Store.Hashing;

namespace Farm.Http.Caches;

/// <summary>An archive as it is sent, named by what it contains.</summary>
/// <param name="NarHash">Of the archive before it is compressed.</param>
/// <param name="Compression">How it is sent.</param>
public readonly record struct ArchiveName(Sha256Digest NarHash, NarCompression Compression);
