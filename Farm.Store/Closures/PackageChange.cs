using System.Collections.Immutable;

namespace Farm.Store.Closures;

/// <summary>What has become of one package between two closures.</summary>
/// <param name="Name">The package.</param>
/// <param name="Removed">Versions that only the first closure has, in byte order; an empty text is a package without a version.</param>
/// <param name="Added">Versions that only the second has.</param>
/// <param name="SizeDeltaBytes">By how much all its paths together have grown.</param>
public sealed record PackageChange(
    string Name,
    ImmutableArray<string> Removed,
    ImmutableArray<string> Added,
    long SizeDeltaBytes
)
{
    /// <summary>A smaller change of size, without a change of versions, is not worth telling.</summary>
    public const long SmallestDeltaBytes = 8 * 1024;

    /// <summary>Whether the change of size is worth telling.</summary>
    public bool IsDeltaShown => Math.Abs(SizeDeltaBytes) >= SmallestDeltaBytes;
}
