using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>The connection of one build.</summary>
/// <remarks>Shape: what comes is one specification, see <see cref="PlanReader"/>, then, while the builder runs, further inputs, each
/// its length (u32) and the same shape as in the specification; that the other side ends its direction says that the build is no
/// longer wanted. What goes is frames: a byte for the kind, the length (u32, little-endian), the
/// bytes. First <see cref="Started"/> with the process id (u32), then any number of <see cref="Log"/> with the builder's
/// output as it is, for each further input one <see cref="Shown"/> with why it cannot be shown, empty where it is, at the end one
/// <see cref="Result"/> with the JSON of <see cref="Report"/>.</remarks>
internal sealed unsafe class Channel(int connection)
{
    public const int HeaderLength = 5;
    private const byte Log = 1;
    private const byte Result = 2;
    private const byte Started = 3;
    private const byte Shown = 4;
    private const int MaxInputLength = 1 << 16;

    public int Descriptor => connection;

    /// <exception cref="FormatException">What comes is no specification, or ends too early.</exception>
    public Plan* ReadPlan()
    {
        var header = stackalloc byte[PlanReader.HeaderLength];
        Fill(header, PlanReader.HeaderLength);
        var length = PlanReader.BodyLength(new ReadOnlySpan<byte>(header, PlanReader.HeaderLength));
        var body = (byte*)NativeMemory.Alloc((nuint)length + 1);
        Fill(body, length);
        return PlanReader.Read(body, length);
    }

    /// <summary>Reads a further input, whose first byte has come.</summary>
    /// <returns>False when no more will come.</returns>
    /// <exception cref="FormatException">What comes is no input.</exception>
    public bool TryReadInput(out Input input)
    {
        input = default;
        int length;
        if (!TryFill((byte*)&length, sizeof(int)))
            return false;
        if (length is < 0 or > MaxInputLength)
            throw new FormatException($"an input of {length} bytes exceeds {MaxInputLength} bytes");
        var body = (byte*)NativeMemory.Alloc((nuint)length + 1);
        if (!TryFill(body, length))
            return false;
        input = PlanReader.ReadInput(body, length);
        return true;
    }

    public void WriteShown(string fault) => WriteText(Shown, fault);

    public void WriteStarted(int process)
    {
        var frame = stackalloc byte[HeaderLength + sizeof(int)];
        WriteHeader(frame, Started, sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(new Span<byte>(frame + HeaderLength, sizeof(int)), process);
        Write(frame, HeaderLength + sizeof(int));
    }

    public void WriteResult(string line) => WriteText(Result, line);

    private void WriteText(byte kind, string line)
    {
        var bytes = new byte[HeaderLength + Encoding.UTF8.GetByteCount(line)];
        Encoding.UTF8.GetBytes(line, bytes.AsSpan(HeaderLength));
        fixed (byte* frame = bytes)
        {
            WriteHeader(frame, kind, bytes.Length - HeaderLength);
            Write(frame, bytes.Length);
        }
    }

    /// <summary>Makes a frame of output in place.</summary>
    /// <param name="frame">Room for the header, then the output.</param>
    /// <param name="length">Of the output.</param>
    public static void WriteLogHeader(byte* frame, int length) => WriteHeader(frame, Log, length);

    /// <summary>Writes all of it, waiting as long as it takes; stops when nobody reads any more.</summary>
    public void Write(byte* bytes, int length)
    {
        for (var at = 0; at < length; )
        {
            var count = Kernel.Write(connection, bytes + at, length - at);
            if (count == -Flags.TryAgain)
                AwaitRoom();
            else if (count < 0 && count != -Flags.Interrupted)
                return; // Whoever wanted the build is gone, and there is nobody else to tell.
            at += (int)Math.Max(0, count);
        }
    }

    private void AwaitRoom() => Await(PollEntry.Writable);

    private void Await(short what)
    {
        var entry = new PollEntry { Fd = connection, Events = what };
        Kernel.Poll(&entry, 1, -1);
    }

    private static void WriteHeader(byte* frame, byte kind, int length)
    {
        frame[0] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(new Span<byte>(frame + 1, sizeof(int)), length);
    }

    /// <summary>As <see cref="Fill"/>, also where reading does not wait.</summary>
    /// <returns>False at the end of what comes.</returns>
    private bool TryFill(byte* buffer, int length)
    {
        for (var at = 0; at < length; )
        {
            var count = Kernel.Read(connection, buffer + at, length - at);
            if (count == -Flags.TryAgain)
                Await(PollEntry.Readable);
            else if (count == 0 || (count < 0 && count != -Flags.Interrupted))
                return false;
            at += (int)Math.Max(0, count);
        }
        return true;
    }

    private void Fill(byte* buffer, int length)
    {
        for (var at = 0; at < length; )
        {
            var count = Kernel.Read(connection, buffer + at, length - at);
            if (count == 0)
                throw new FormatException("the connection ends inside the specification");
            if (count != -Flags.Interrupted)
                at += (int)SetupException.Check(count, "reading the specification");
        }
    }
}
