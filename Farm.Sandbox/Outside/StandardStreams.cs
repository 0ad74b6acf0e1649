using System.Text;
using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>Reads the specification from standard input and writes the result to standard error.</summary>
internal static unsafe class StandardStreams
{
    /// <exception cref="FormatException">What comes is no specification, or ends too early.</exception>
    public static Plan* ReadPlan()
    {
        var header = new byte[PlanReader.HeaderLength];
        Fill(header);
        var body = new byte[PlanReader.BodyLength(header)];
        Fill(body);
        return PlanReader.Read(body);
    }

    public static void WriteResult(string line)
    {
        const int standardError = 2;
        var bytes = Encoding.UTF8.GetBytes(line);
        fixed (byte* first = bytes)
        {
            for (nint at = 0; at < bytes.Length; )
            {
                var count = Kernel.Write(standardError, first + at, bytes.Length - at);
                if (count < 0 && count != -Flags.Interrupted)
                    return; // Whoever started us is gone, and there is nobody else to tell.
                at += Math.Max(0, count);
            }
        }
    }

    private static void Fill(byte[] buffer)
    {
        fixed (byte* first = buffer)
        {
            for (nint at = 0; at < buffer.Length; )
            {
                var count = Kernel.Read(0, first + at, buffer.Length - at);
                if (count == 0)
                    throw new FormatException("standard input ends inside the specification");
                if (count != -Flags.Interrupted)
                    at += SetupException.Check(count, "reading the specification");
            }
        }
    }
}
