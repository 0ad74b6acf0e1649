using Farm.Store.Paths;

namespace Farm.Store.Wire;

/// <summary>What the layout of a message depends on.</summary>
/// <param name="StoreDir">What full paths begin with.</param>
/// <param name="Version">The version in use: the older of the two that were announced.</param>
/// <param name="Features">Those that both ends have.</param>
public sealed record ProtocolTerms(
    StoreDir StoreDir,
    ProtocolVersion Version,
    ProtocolFeatures Features = ProtocolFeatures.None
)
{
    /// <summary>See <see cref="ProtocolFeatures.RealisationWithPathNotHash"/>.</summary>
    public bool NamesRealisationsByPath => Features.HasFlag(ProtocolFeatures.RealisationWithPathNotHash);

    /// <summary>Whether the version's minor part is at least this.</summary>
    public bool IsAtLeast(byte minor) => Version.IsAtLeast(minor);
}
