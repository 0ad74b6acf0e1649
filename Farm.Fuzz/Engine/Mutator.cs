using System.Buffers.Binary;

namespace Farm.Fuzz.Engine;

/// <summary>Makes the next input of those at hand: by the grammar, by changing bytes, and by moving pieces.</summary>
public sealed class Mutator(FuzzTarget target, Random random)
{
    private static readonly byte[] s_bytes =
    [
        0,
        1,
        9,
        10,
        13,
        32,
        34,
        36,
        40,
        41,
        44,
        45,
        46,
        47,
        58,
        61,
        91,
        92,
        127,
        255,
    ];

    private static readonly ulong[] s_numbers =
    [
        0,
        1,
        7,
        8,
        32,
        33,
        255,
        256,
        4095,
        4096,
        int.MaxValue,
        0x8000_0000,
        uint.MaxValue,
        long.MaxValue - 7,
        long.MaxValue,
        0x8000_0000_0000_0000,
        ulong.MaxValue,
    ];

    /// <param name="pool">Inputs made before; at least one.</param>
    public byte[] Next(IReadOnlyList<byte[]> pool)
    {
        var input = random.Next(8) == 0 ? target.Generate(random) : Pick(pool);
        var changes = 1 + random.Next(1 << random.Next(4));
        for (var change = 0; change < changes; change++)
        {
            input = random.Next(2) == 0 ? ChangeBytes(input, pool) : ChangePieces(input, pool);
            if (input.Length > target.MaxInputBytes)
                input = input[..target.MaxInputBytes];
        }
        return input;
    }

    private byte[] ChangeBytes(byte[] input, IReadOnlyList<byte[]> pool)
    {
        var at = random.Next(input.Length + 1);
        var end = Math.Min(input.Length, at + 1 + random.Next(1 << random.Next(8)));
        switch (random.Next(9))
        {
            case 0 when at < input.Length:
                return With(input, at, (byte)(input[at] ^ (1 << random.Next(8))));
            case 1 when at < input.Length:
                return With(input, at, s_bytes[random.Next(s_bytes.Length)]);
            case 2 when at < input.Length:
                return With(input, at, (byte)random.Next(256));
            case 3:
                return [.. input[..at], .. Pick(target.Words), .. input[at..]];
            case 4:
                return [.. input[..at], .. input[end..]];
            case 5:
                return [.. input[..end], .. input[at..end], .. input[end..]];
            case 6 when input.Length >= 8:
                return WithNumber(input, at);
            case 7:
                return input[..at];
            default:
                return [.. input[..at], .. Slice(Pick(pool)), .. input[(random.Next(2) == 0 ? at : end)..]];
        }
    }

    private byte[] ChangePieces(byte[] input, IReadOnlyList<byte[]> pool)
    {
        List<byte[]> pieces = [.. target.Divide(input)];
        if (pieces.Count == 0)
            return [.. Pick(target.Words)];
        var at = random.Next(pieces.Count);
        var count = Math.Min(pieces.Count - at, 1 + random.Next(1 << random.Next(6)));
        switch (random.Next(8))
        {
            case 0:
                pieces.RemoveRange(at, count);
                break;
            case 1:
                pieces.InsertRange(at, pieces.GetRange(at, count));
                break;
            case 2:
                var other = random.Next(pieces.Count);
                (pieces[at], pieces[other]) = (pieces[other], pieces[at]);
                break;
            case 3:
                pieces[at] = Pick(target.Words);
                break;
            case 4:
                pieces.Insert(at, Pick(target.Words));
                break;
            case 5:
                var run = pieces.GetRange(at, count);
                var most = target.MaxInputBytes / Math.Max(1, run.Sum(piece => piece.Length));
                for (var times = Math.Min(most, random.Next(1 << random.Next(10))); times > 0; times--)
                    pieces.InsertRange(at, run);
                break;
            case 6:
                var foreign = target.Divide(Pick(pool));
                pieces.RemoveRange(at, pieces.Count - at);
                pieces.AddRange(foreign.Skip(foreign.Count == 0 ? 0 : random.Next(foreign.Count)));
                break;
            default:
                var donor = target.Divide(Pick(pool));
                if (donor.Count > 0)
                    pieces[at] = donor[random.Next(donor.Count)];
                break;
        }
        return target.Join(pieces);
    }

    private byte[] Slice(byte[] bytes)
    {
        var from = random.Next(bytes.Length + 1);
        return bytes[from..(from + random.Next(bytes.Length - from + 1))];
    }

    private byte[] WithNumber(byte[] input, int at)
    {
        var changed = input.ToArray();
        at = Math.Min(at & ~7, input.Length - 8);
        BinaryPrimitives.WriteUInt64LittleEndian(changed.AsSpan(at), s_numbers[random.Next(s_numbers.Length)]);
        return changed;
    }

    private static byte[] With(byte[] input, int at, byte value)
    {
        var changed = input.ToArray();
        changed[at] = value;
        return changed;
    }

    private byte[] Pick(IReadOnlyList<byte[]> some) => some[random.Next(some.Count)];
}
