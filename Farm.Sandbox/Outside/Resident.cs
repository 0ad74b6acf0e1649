using Farm.Sandbox.Linux;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Outside;

/// <summary>The process that stays: it takes connections and clones one process for each, which spares every build the
/// start of a runtime.</summary>
/// <remarks>It reads nothing of any build and holds nothing of one, so that a build's process begins with the memory and
/// the descriptors of a fresh start. Those processes die with it, and their sandboxes with them.</remarks>
internal static unsafe class Resident
{
    private const int Control = 0;
    private const int StandardOutput = 1;

    /// <summary>Bytes that may be allocated before a collection: more than one build's process ever does. Only this thread
    /// exists in a clone, so that a collection there would be a risk.</summary>
    private const long BytesWithoutCollection = 2 << 20;

    public static int Run()
    {
        GC.TryStartNoGCRegion(BytesWithoutCollection);
        var self = (int)Kernel.ProcessId();
        Detach();
        while (true)
        {
            var connection = Receive();
            if (connection < 0)
                return 0;
            var pid = Kernel.Clone(Flags.SignalChild);
            if (pid == 0)
            {
                Kernel.Close(Control);
                BuildProcess.Run(connection, self);
            }
            // Where no process could be made, the closed connection says so.
            Kernel.Close(connection);
        }
    }

    /// <summary>Leaves the session, the working directory and the output of whoever started it, and lets the kernel reap.</summary>
    private static void Detach()
    {
        Kernel.NewSession();
        Kernel.ChangeDirectory(Of("/"u8));
        var nothing = Kernel.Open(Of("/dev/null"u8), Flags.ReadWrite | Flags.CloseOnExec);
        if (nothing >= 0)
        {
            Kernel.Duplicate((int)nothing, StandardOutput);
            Kernel.Close((int)nothing);
        }
        var ignore = new SignalDisposition { Handler = SignalDisposition.Ignore };
        Kernel.SignalAction(Flags.SignalChild, &ignore);
        Kernel.SignalAction(Flags.SignalPipe, &ignore);
    }

    /// <returns>The descriptor of a connection; negative when no more will come.</returns>
    private static int Receive()
    {
        const int descriptorAt = 16;
        var control = stackalloc byte[24];
        while (true)
        {
            byte one;
            var piece = new MemoryPiece { Start = &one, Length = 1 };
            var message = new SocketMessage
            {
                Pieces = &piece,
                PieceCount = 1,
                Control = control,
                ControlLength = 24,
            };
            *(nuint*)control = 0;
            var count = Kernel.ReceiveMessage(Control, &message, Flags.MessageCloseOnExec);
            if (count == -Flags.Interrupted)
                continue;
            if (count <= 0)
                return -1;
            if (message.ControlLength > descriptorAt)
                return *(int*)(control + descriptorAt);
        }
    }
}
