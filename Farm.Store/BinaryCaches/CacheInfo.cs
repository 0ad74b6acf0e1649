using System.Globalization;
using System.Text;

namespace Farm.Store.BinaryCaches;

/// <summary>What <c>nix-cache-info</c> says of a binary cache.</summary>
/// <remarks>Shape: lines <c>Key: value</c>; lines without a colon and unknown keys are passed over. Source: Nix's
/// <c>libstore/binary-cache-store.cc</c>.</remarks>
/// <param name="StoreDir">The store directory of its paths; null where it does not say.</param>
/// <param name="Priority">Its rank, lower is asked earlier; null where it does not say.</param>
/// <param name="WantMassQuery">Whether it may be asked about many paths that may not be there.</param>
public sealed record CacheInfo(string? StoreDir, int? Priority, bool WantMassQuery)
{
    /// <summary>Its name in a cache.</summary>
    public const string FileName = "nix-cache-info";

    /// <summary>What a server says it is.</summary>
    public const string MediaType = "text/x-nix-cache-info";

    /// <summary>Longest text read, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <exception cref="NixFormatException">The priority is no number.</exception>
    public static CacheInfo Parse(ReadOnlySpan<byte> text)
    {
        string? storeDir = null;
        int? priority = null;
        var wantMassQuery = false;
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                continue;
            var value = line[(colon + 1)..].Trim();
            switch (line[..colon])
            {
                case "StoreDir":
                    storeDir = value;
                    break;
                case "WantMassQuery":
                    wantMassQuery = value == "1";
                    break;
                case "Priority":
                    priority = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                        ? number
                        : throw new NixFormatException($"'{value}' is no priority: a decimal number is meant.");
                    break;
                default:
                    break;
            }
        }
        return new(storeDir, priority, wantMassQuery);
    }

    /// <summary>The text of the file.</summary>
    public byte[] Print()
    {
        var text = new StringBuilder();
        if (StoreDir is not null)
            text.Append(CultureInfo.InvariantCulture, $"StoreDir: {StoreDir}\n");
        if (WantMassQuery)
            text.Append("WantMassQuery: 1\n");
        if (Priority is { } priority)
            text.Append(CultureInfo.InvariantCulture, $"Priority: {priority}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
