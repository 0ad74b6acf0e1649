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
        // The runtime makes itself ready for texts at the first one: here for all clones, where it would be each one's last step.
        _ = Report.SetupFailed("");
        var networks = SpareNetworks.Open();
        while (true)
        {
            networks.Await(Control);
            var connection = DescriptorMessage.Receive(Control);
            if (connection < 0)
                return 0;
            var network = networks.Take();
            var pid = Kernel.Clone(Flags.SignalChild);
            if (pid == 0)
            {
                Kernel.Close(Control);
                networks.Close();
                BuildProcess.Run(connection, self, new NetworkSource(network, networks.Offers));
            }
            // Where no process could be made, the closed connection says so.
            Kernel.Close(connection);
            Kernel.Close(network);
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
}
