using Farm.Sandbox.Linux;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Outside;

/// <summary>The processes of a build without a sandbox: those that their parents leave come to this process, which ends them.</summary>
/// <remarks>In a sandbox the kernel does this, since the first process of a namespace takes all others with it.</remarks>
internal static unsafe class Descendants
{
    private const int MaxDigits = 4096;

    /// <exception cref="SetupException">The kernel does not tell the children of a process.</exception>
    public static void Adopt()
    {
        SetupException.Check(
            Kernel.ProcessControl(ProcessOptions.SetChildSubreaper, 1),
            "adopting what builders leave"
        );
        Kernel.Close(Open());
    }

    /// <summary>Ends and reaps all of them, also those that come while it does.</summary>
    public static void End()
    {
        nint pid;
        do
        {
            KillChildren();
            int status;
            pid = Kernel.Wait(-1, &status, 0, null);
        } while (pid > 0 || pid == -Flags.Interrupted);
    }

    private static int Open() =>
        (int)
            SetupException.Check(
                Kernel.Open(Of("/proc/thread-self/children"u8), Flags.CloseOnExec),
                "reading the children of a process, which builds without a sandbox need"
            );

    private static void KillChildren()
    {
        var file = Open();
        var text = stackalloc byte[MaxDigits];
        var pid = 0;
        nint count;
        while ((count = Kernel.Read(file, text, MaxDigits)) > 0 || count == -Flags.Interrupted)
        {
            for (var i = 0; i < count; i++)
            {
                if (text[i] is >= (byte)'0' and <= (byte)'9')
                {
                    pid = (pid * 10) + (text[i] - '0');
                    continue;
                }
                if (pid > 0)
                    Kernel.Kill(pid, Flags.SignalKill);
                pid = 0;
            }
        }
        Kernel.Close(file);
    }
}
