using System.Runtime.InteropServices;

namespace Farm.Benchmarks.Native;

/// <summary>How much processor time was used, as the kernel counts it.</summary>
internal static unsafe partial class ResourceUsage
{
    private const int Self = 0;
    private const int Children = -1;

    /// <summary>What this process has used, and all it has started that have ended and were waited for.</summary>
    public static TimeSpan OfAll() => Of(Self) + Of(Children);

    private static TimeSpan Of(int whose)
    {
        Usage usage;
        return GetResourceUsage(whose, &usage) == 0
            ? usage.User.Span + usage.Kernel.Span
            : throw new InvalidOperationException("getrusage failed.");
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int whose, Usage* usage);

    /// <summary>libc's <c>timeval</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Time
    {
        private readonly nint _seconds;
        private readonly nint _microseconds;

        public TimeSpan Span => TimeSpan.FromSeconds(_seconds) + TimeSpan.FromMicroseconds(_microseconds);
    }

    /// <summary>libc's <c>rusage</c>; what is behind the times is not looked at.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private readonly struct Usage
    {
        public readonly Time User;
        public readonly Time Kernel;
    }
}
