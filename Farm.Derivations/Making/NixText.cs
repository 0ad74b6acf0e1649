using System.Globalization;
using System.Text;
using Farm.Store.Hashing;

namespace Farm.Derivations.Making;

/// <summary>Bytes of texts, where Nix has bytes.</summary>
internal static class NixText
{
    /// <param name="text">The text.</param>
    /// <param name="place">What messages call the place where it stands.</param>
    /// <exception cref="DerivationException">The text has a NUL, which Nix's strings cannot hold, or half a surrogate pair, which is no text.</exception>
    public static ByteString Bytes(string text, string place)
    {
        if (text.Contains('\0'))
            throw new DerivationException(
                $"The text in {place} has a NUL, which no text of Nix's can hold; remove it."
            );
        try
        {
            return ByteString.FromUtf8(text);
        }
        catch (EncoderFallbackException error)
        {
            var unit = ((int)error.CharUnknown).ToString("X4", CultureInfo.InvariantCulture);
            throw new DerivationException(
                $"The text in {place} has half a surrogate pair (U+{unit}), which is no character; cut texts between characters.",
                error
            );
        }
    }
}
