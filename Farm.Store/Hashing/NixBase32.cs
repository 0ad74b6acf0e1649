using System.Numerics;

namespace Farm.Store.Hashing;

/// <summary>Nix's base-32 ("nix32"): how store paths and most hashes are written.</summary>
/// <remarks>Shape: digits <c>0123456789abcdfghijklmnpqrsvwxyz</c>, lower case only, no padding; the bytes are one little-endian
/// number whose most significant digit comes first. So text order is byte order from the last byte to the first.
/// Source: Nix manual, "Nix32 encoding"; Nix's <c>libutil/base-nix-32.cc</c>.</remarks>
public static class NixBase32
{
    private const byte Invalid = 0xFF;
    private const int GroupBytes = 5;
    private const int GroupDigits = 8;

    private static ReadOnlySpan<byte> Digits => "0123456789abcdfghijklmnpqrsvwxyz"u8;

    private static readonly byte[] Values = MakeValues();

    /// <summary>How many digits print <paramref name="byteCount"/> bytes: 26 for MD5, 32 for SHA-1, 52 and 103 for SHA-256 and -512.</summary>
    public static int EncodedLength(int byteCount) => ((byteCount * 8) + 4) / 5;

    /// <summary>Whether a byte is one of the 32 digits.</summary>
    public static bool IsDigit(byte value) => Values[value] != Invalid;

    /// <summary>For each byte its digit's value, or 255 when it is no digit: for loops that look at very many bytes.</summary>
    internal static ReadOnlySpan<byte> ValueTable => Values;

    /// <summary>Prints bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = bytes.Length <= 64 ? stackalloc char[103] : new char[EncodedLength(bytes.Length)];
        text = text[..EncodedLength(bytes.Length)];
        EncodeTo(bytes, text);
        return new string(text);
    }

    /// <summary>Prints bytes into a buffer of exactly <see cref="EncodedLength"/> characters.</summary>
    public static void Encode(ReadOnlySpan<byte> bytes, Span<char> text) => EncodeTo(bytes, text);

    /// <summary>Prints bytes as ASCII into a buffer of exactly <see cref="EncodedLength"/> bytes.</summary>
    public static void Encode(ReadOnlySpan<byte> bytes, Span<byte> text) => EncodeTo(bytes, text);

    /// <summary>Reads text that must stand for exactly <paramref name="bytes"/>.Length bytes.</summary>
    /// <returns>False for a wrong length, a foreign digit, or set bits beyond the last byte.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes) => TryDecodeFrom(text, bytes);

    /// <inheritdoc cref="TryDecode(ReadOnlySpan{char}, Span{byte})"/>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> bytes) => TryDecodeFrom(text, bytes);

    private static void EncodeTo<T>(ReadOnlySpan<byte> bytes, Span<T> text)
        where T : unmanaged, INumberBase<T>
    {
        if (text.Length != EncodedLength(bytes.Length))
            throw new ArgumentException(
                $"{bytes.Length} bytes need {EncodedLength(bytes.Length)} digits.",
                nameof(text)
            );
        var end = text.Length;
        while (bytes.Length > 0)
        {
            var count = Math.Min(bytes.Length, GroupBytes);
            ulong group = 0;
            for (var i = 0; i < count; i++)
                group |= (ulong)bytes[i] << (8 * i);
            var digits = Math.Min(end, GroupDigits);
            for (var i = 0; i < digits; i++, group >>= 5)
                text[--end] = T.CreateTruncating(Digits[(int)(group & 31)]);
            bytes = bytes[count..];
        }
    }

    private static bool TryDecodeFrom<T>(ReadOnlySpan<T> text, Span<byte> bytes)
        where T : unmanaged, INumberBase<T>
    {
        if (text.Length != EncodedLength(bytes.Length))
            return false;
        var seen = 0;
        while (bytes.Length > 0)
        {
            var digits = text.Length >= GroupDigits ? text[^GroupDigits..] : text;
            ulong group = 0;
            foreach (var digit in digits)
            {
                var value = Values[Math.Min(uint.CreateTruncating(digit), 255u)];
                seen |= value;
                group = (group << 5) | value;
            }
            var count = Math.Min(bytes.Length, GroupBytes);
            for (var i = 0; i < count; i++, group >>= 8)
                bytes[i] = (byte)group;
            if (group != 0 || seen > 31)
                return false;
            text = text[..^digits.Length];
            bytes = bytes[count..];
        }
        return true;
    }

    private static byte[] MakeValues()
    {
        var values = new byte[256];
        Array.Fill(values, Invalid);
        for (var i = 0; i < Digits.Length; i++)
            values[Digits[i]] = (byte)i;
        return values;
    }
}
