using System.Runtime.CompilerServices;
using System.Text;
using Farm.Fuzz.Engine;

namespace Farm.Tests.Fuzz.Engine;

/// <summary>A format whose reader goes wrong at certain marks, each in another way.</summary>
internal sealed class DefectiveTarget : FuzzTarget
{
    public override string Name => "defective";

    public override IReadOnlyList<byte[]> Words { get; } = ["!"u8.ToArray(), "?"u8.ToArray(), "#"u8.ToArray()];

    public override byte[] Generate(Random random) => Encoding.ASCII.GetBytes($"{random.Next()}");

    /// <remarks>A finding is named by its method, so this one must keep a frame of its own.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public override ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        if (input.Contains((byte)'!'))
            throw new InvalidOperationException("a mark that the reader does not expect");
        if (input.Contains((byte)'#'))
            GC.KeepAlive(new byte[AllocationBaseBytes + (input.Length * AllocatedBytesPerByte) + 1_000_000]);
        return default;
    }

    public override ValueTask CheckAsync(byte[] input)
    {
        LawBrokenException.Unless(!input.Contains((byte)'?'), "no question is asked");
        return default;
    }
}
