using System.Buffers.Binary;

namespace Farm.Fuzz.Targets;

/// <summary>Strings as NARs and wire formats have them: a length of eight bytes, lowest first, the bytes, zeros up to a multiple of
/// eight.</summary>
internal static class LengthPrefixed
{
    private const int LengthBytes = 8;

    /// <summary>The strings; what no length fits is one last piece.</summary>
    public static IReadOnlyList<byte[]> Divide(byte[] input)
    {
        var pieces = new List<byte[]>();
        var at = 0;
        while (input.Length - at >= LengthBytes)
        {
            var length = BinaryPrimitives.ReadUInt64LittleEndian(input.AsSpan(at));
            if (length > (ulong)(input.Length - at - LengthBytes))
                break;
            pieces.Add(input[(at + LengthBytes)..(at + LengthBytes + (int)length)]);
            at = (int)Math.Min(input.Length, at + LengthBytes + (((long)length + 7) & ~7));
        }
        if (at < input.Length)
            pieces.Add(input[at..]);
        return pieces;
    }

    public static byte[] Join(IReadOnlyList<byte[]> pieces)
    {
        using var joined = new MemoryStream();
        var length = new byte[LengthBytes];
        foreach (var piece in pieces)
        {
            BinaryPrimitives.WriteInt64LittleEndian(length, piece.Length);
            joined.Write(length);
            joined.Write(piece);
            joined.SetLength((joined.Length + 7) & ~7);
            joined.Position = joined.Length;
        }
        return joined.ToArray();
    }
}
