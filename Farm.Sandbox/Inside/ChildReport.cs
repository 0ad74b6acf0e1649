using Farm.Sandbox.Linux;

namespace Farm.Sandbox.Inside;

/// <summary>Sends the child's messages; runs in the cloned child.</summary>
internal static unsafe class ChildReport
{
    /// <summary>Reports a failed step and ends the process.</summary>
    public static void Fail(int statusFd, SetupStep step, nint error, byte* detail)
    {
        var message = new ChildMessage
        {
            Kind = ChildMessageKind.Failed,
            Step = step,
            Number = (int)-error,
        };
        while (detail != null && message.DetailLength < ChildMessage.MaxDetail && detail[message.DetailLength] != 0)
        {
            message.Detail[message.DetailLength] = detail[message.DetailLength];
            message.DetailLength++;
        }
        Kernel.Write(statusFd, &message, sizeof(ChildMessage));
        Kernel.Exit(1);
    }

    /// <summary>Fails the step when <paramref name="result"/> is a negative errno.</summary>
    public static int Check(int statusFd, nint result, SetupStep step, byte* detail)
    {
        if (result < 0)
            Fail(statusFd, step, result, detail);
        return (int)result;
    }

    public static void Ended(int statusFd, int waitStatus)
    {
        var message = new ChildMessage { Kind = ChildMessageKind.Ended, Number = waitStatus };
        Kernel.Write(statusFd, &message, sizeof(ChildMessage));
    }
}
