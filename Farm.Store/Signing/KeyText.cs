using Farm.Store.Hashing;

namespace Farm.Store.Signing;

/// <summary>The form that keys and signatures share.</summary>
/// <remarks>Shape: a name that is not empty, a colon, base-64. The name ends at the first colon. Base-64 as Nix reads it: line feeds
/// are skipped, the first <c>=</c> is the end, padding may be missing. Source: Nix's <c>libstore/crypto.cc</c>.</remarks>
internal static class KeyText
{
    /// <summary>Takes the text apart.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="bytes">Filled with what the base-64 stands for, which must be just as long.</param>
    /// <param name="what">What the text is, with its article; messages never show the text, which may be secret.</param>
    /// <returns>The name.</returns>
    /// <exception cref="NixFormatException">The text breaks a rule.</exception>
    public static string Read(string text, Span<byte> bytes, string what)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
            throw new NixFormatException($"This is not {what}: a name, a colon and base-64 must be there.");
        var name = text[..colon];
        return NixBase64.TryDecode(text.AsSpan(colon + 1), bytes)
            ? name
            : throw new NixFormatException(
                $"'{name}' does not name {what}: after the colon the base-64 of {bytes.Length} bytes must be."
            );
    }

    public static string Print(string name, ReadOnlySpan<byte> bytes) => $"{name}:{Convert.ToBase64String(bytes)}";

    /// <summary>Refuses a name that could not be read back.</summary>
    /// <exception cref="NixFormatException">It is empty or has a colon, a blank or a control character.</exception>
    public static void CheckName(string name)
    {
        if (name.Length == 0)
            throw new NixFormatException("A key needs a name; the host of the cache and a number is usual.");
        if (name.Any(character => character == ':' || char.IsWhiteSpace(character) || char.IsControl(character)))
            throw new NixFormatException(
                $"'{name}' cannot name a key: no colon, blank or control character may be in it."
            );
    }
}
