using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Farm.Store.Wire;

/// <summary>Writes what Nix's protocols are made of; see <see cref="WireReader"/> for the shapes.</summary>
/// <param name="output">Where the bytes go.</param>
public sealed class WireWriter(IBufferWriter<byte> output)
{
    public void WriteNumber(ulong number)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(8), number);
        output.Advance(8);
    }

    /// <summary>A number that cannot be negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is.</exception>
    public void WriteSize(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        WriteNumber((ulong)number);
    }

    public void WriteBool(bool value) => WriteNumber(value ? 1UL : 0UL);

    /// <summary>A string of bytes.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteNumber((ulong)bytes.Length);
        output.Write(bytes);
        WritePadding(bytes.Length);
    }

    /// <summary>A string of UTF-8.</summary>
    public void WriteText(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteNumber((ulong)length);
        var span = output.GetSpan(length);
        Encoding.UTF8.GetBytes(text, span);
        output.Advance(length);
        WritePadding(length);
    }

    /// <summary>A list: how many, then each.</summary>
    public void WriteTexts(IReadOnlyCollection<string> texts)
    {
        WriteNumber((ulong)texts.Count);
        foreach (var text in texts)
            WriteText(text);
    }

    /// <summary>Bytes as they are.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    private void WritePadding(int length)
    {
        ReadOnlySpan<byte> zeros = [0, 0, 0, 0, 0, 0, 0];
        output.Write(zeros[..(-length & 7)]);
    }
}
