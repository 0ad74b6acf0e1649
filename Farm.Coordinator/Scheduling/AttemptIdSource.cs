using System.Buffers.Binary;
using Farm.Protocol;

namespace Farm.Coordinator.Scheduling;

/// <summary>Makes attempt ids out of a seed, so that decisions draw no random numbers: equal seeds and times give equal ids.</summary>
/// <remarks>Shape: version 7 UUIDs: 48 bits of Unix milliseconds, then 74 bits mixed from seed and count.</remarks>
/// <param name="Seed">Drawn at random once for each run of the coordinator.</param>
/// <param name="Count">Ids made so far.</param>
public readonly record struct AttemptIdSource(Guid Seed, long Count)
{
    /// <summary>The next id, and the source of those after it.</summary>
    public (AttemptId Id, AttemptIdSource Following) Next(DateTimeOffset now)
    {
        Span<byte> seed = stackalloc byte[16];
        Seed.TryWriteBytes(seed);
        var first = Mix(BinaryPrimitives.ReadUInt64LittleEndian(seed) + (ulong)Count);
        var second = Mix(BinaryPrimitives.ReadUInt64LittleEndian(seed[8..]) ^ first);

        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, ((ulong)now.ToUnixTimeMilliseconds() << 16) | 0x7000 | (first >> 52));
        BinaryPrimitives.WriteUInt64BigEndian(id[8..], (second >> 2) | 0x8000_0000_0000_0000);
        return (AttemptId.Create(new Guid(id, bigEndian: true)), this with { Count = Count + 1 });
    }

    // The finaliser of SplitMix64: a bijection in which each input bit changes about half of the output.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
