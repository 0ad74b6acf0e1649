using System.Globalization;
using System.Text;
using Farm.Store.Paths;

namespace Farm.Store.PathInfos;

/// <summary>Prints a narinfo.</summary>
/// <remarks>Shape: lines <c>Key: value</c> in Nix's order, each ended by a line feed; References always, other lines only where
/// something is known. Source: Nix's <c>NarInfo::to_string</c>.</remarks>
public static class NarInfoPrinter
{
    /// <exception cref="ArgumentException">The value has an empty URL, an unknown compression or no NAR size.</exception>
    public static string Print(StoreDir storeDir, NarInfo narInfo)
    {
        var info = narInfo.Info;
        if (narInfo.Url.Length == 0 || narInfo.Url.Contains('\n'))
            throw new ArgumentException($"The narinfo of '{info.Path}' needs a URL of one line.", nameof(narInfo));
        if (!NarInfo.Compressions.Contains(narInfo.Compression))
        {
            throw new ArgumentException(
                $"'{narInfo.Compression}' for '{info.Path}' is no compression that a narinfo can name.",
                nameof(narInfo)
            );
        }
        if (info.NarSizeBytes <= 0)
            throw new ArgumentException($"The narinfo of '{info.Path}' needs the NAR's size.", nameof(narInfo));

        var text = new StringBuilder(512);
        Line(text, "StorePath", storeDir.Print(info.Path));
        Line(text, "URL", narInfo.Url);
        Line(text, "Compression", narInfo.Compression);
        if (narInfo.FileHash is { } fileHash)
            Line(text, "FileHash", fileHash.ToString());
        if (narInfo.FileSizeBytes is { } fileSize and > 0)
            Line(text, "FileSize", fileSize.ToString(CultureInfo.InvariantCulture));
        Line(text, "NarHash", info.NarHash.ToString());
        Line(text, "NarSize", info.NarSizeBytes.ToString(CultureInfo.InvariantCulture));
        Line(text, "References", string.Join(' ', info.References));
        if (info.Deriver is { } deriver)
            Line(text, "Deriver", deriver.ToString());
        foreach (var signature in info.Signatures)
            Line(text, "Sig", signature);
        if (info.ContentAddress is { } address)
            Line(text, "CA", address.ToString());
        return text.ToString();
    }

    private static void Line(StringBuilder text, string key, string value) =>
        text.Append(key).Append(": ").Append(value).Append('\n');
}
