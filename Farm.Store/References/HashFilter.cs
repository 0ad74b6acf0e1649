using System.Buffers.Binary;
using Farm.Store.Paths;

namespace Farm.Store.References;

/// <summary>Tells quickly that a text of 32 digits is none of the hash parts that are looked for.</summary>
/// <remarks>One bit for each value of a hash of the first eight digits. A wrong yes is rare, a wrong no impossible.</remarks>
internal sealed class HashFilter
{
    private const int MinBits = 16;
    private const int MaxBits = 24;
    private const int BitsForEach = 128;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly ulong[] _words;
    private readonly int _shift;

    public HashFilter(IReadOnlyCollection<StorePathHash> hashes)
    {
        var bits = MinBits;
        while (bits < MaxBits && (1L << bits) < (long)BitsForEach * hashes.Count)
            bits++;
        _words = new ulong[1 << (bits - 6)];
        _shift = 64 - bits;
        Span<byte> text = stackalloc byte[StorePathHash.TextLength];
        foreach (var hash in hashes)
        {
            hash.Print(text);
            var place = Place(text);
            _words[place >> 6] |= 1UL << (int)(place & 63);
        }
    }

    /// <summary>False only if the window is surely none.</summary>
    public bool MayContain(ReadOnlySpan<byte> window)
    {
        var place = Place(window);
        return (_words[place >> 6] >> (int)(place & 63) & 1) != 0;
    }

    private uint Place(ReadOnlySpan<byte> window) =>
        (uint)((BinaryPrimitives.ReadUInt64LittleEndian(window) * Multiplier) >> _shift);
}
