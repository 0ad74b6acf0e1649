using Farm.Store.Compressing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Http.Caches;

/// <summary>The name under which a node serves the NAR of a path.</summary>
/// <remarks>
/// Shape: <c>&lt;hash part&gt;-&lt;NAR hash in nix32&gt;.nar</c>, and what the compression adds. The hash part finds the path; the NAR hash
/// makes the name change when the contents do, so that what a cache in between holds is never wrong.
/// </remarks>
public readonly record struct NarFileName(StorePathHash HashPart, string NarHash, NarCompression Compression)
{
    private const string Suffix = ".nar";

    public static NarFileName Of(PathInfo info) => Of(info, NarCompression.None);

    public static NarFileName Of(PathInfo info, NarCompression compression) =>
        new(info.Path.Hash, info.NarHash.ToNixBase32(), compression);

    public static bool TryParse(string text, out NarFileName name)
    {
        name = default;
        foreach (var compression in CacheSettings.Offered)
        {
            var end = Suffix + compression.Extension;
            var dash = text.IndexOf('-', StringComparison.Ordinal);
            if (
                dash >= 0
                && text.EndsWith(end, StringComparison.Ordinal)
                && text.Length > dash + end.Length
                && StorePathHash.TryParse(text.AsSpan(0, dash), out var hashPart)
            )
            {
                name = new NarFileName(hashPart, text[(dash + 1)..^end.Length], compression);
                return true;
            }
        }
        return false;
    }

    public override string ToString() => $"{HashPart}-{NarHash}{Suffix}{Compression.Extension}";
}
