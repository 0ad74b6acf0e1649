using Farm.Sandbox.Linux;

namespace Farm.Sandbox.Outside;

/// <summary>The monotonic clock.</summary>
internal static unsafe class Clock
{
    public static long NowMs() => NowMicroseconds() / 1000;

    public static long NowMicroseconds()
    {
        var time = stackalloc long[2];
        SetupException.Check(Kernel.MonotonicTime(time), "reading the clock");
        return (time[0] * 1_000_000) + (time[1] / 1000);
    }
}
