using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Http;

/// <summary>The name under which a node serves the NAR of a path.</summary>
/// <remarks>
/// Shape: <c>&lt;hash part&gt;-&lt;NAR hash in nix32&gt;.nar</c>. The hash part finds the path; the NAR hash makes the name change when
/// the contents do, so that what a cache in between holds is never wrong.
/// </remarks>
public readonly record struct NarFileName(StorePathHash HashPart, string NarHash)
{
    private const string Suffix = ".nar";

    public static NarFileName Of(PathInfo info) => new(info.Path.Hash, info.NarHash.ToNixBase32());

    public static bool TryParse(string text, out NarFileName name)
    {
        name = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !text.EndsWith(Suffix, StringComparison.Ordinal))
            return false;
        if (!StorePathHash.TryParse(text.AsSpan(0, dash), out var hashPart))
            return false;
        name = new NarFileName(hashPart, text[(dash + 1)..^Suffix.Length]);
        return true;
    }

    public override string ToString() => $"{HashPart}-{NarHash}{Suffix}";
}
