using System.Globalization;
using Farm.Store.Paths;

namespace Farm.Store.PathInfos;

/// <summary>The text that a signature of a store object signs.</summary>
/// <remarks>Shape: <c>1;path;sha256:nix32;size;reference,reference</c> with full paths. Deriver, content address and where the NAR is
/// are not signed. Source: Nix manual, "Store path signatures".</remarks>
public static class Fingerprint
{
    /// <exception cref="ArgumentException">The NAR's size is not known.</exception>
    public static string Of(StoreDir storeDir, PathInfo info)
    {
        if (info.NarSizeBytes <= 0)
            throw new ArgumentException($"'{info.Path}' has no fingerprint until its NAR size is known.", nameof(info));
        var references = string.Join(',', info.References.Select(storeDir.Print));
        var size = info.NarSizeBytes.ToString(CultureInfo.InvariantCulture);
        return $"1;{storeDir.Print(info.Path)};{info.NarHash};{size};{references}";
    }
}
