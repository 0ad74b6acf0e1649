using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>The process of one build outside its sandbox: it makes the sandbox, passes the output on, watches the limits and
/// tells the result. Runs in a clone of <see cref="Resident"/> and never returns.</summary>
internal static unsafe class BuildProcess
{
    public static void Run(int connection, int resident, NetworkSource networks)
    {
        Kernel.ProcessControl(ProcessOptions.SetParentDeathSignal, Flags.SignalKill);
        if (Kernel.ParentProcessId() != resident)
            Kernel.Exit(1);
        SignalDisposition byDefault = default;
        Kernel.SignalAction(Flags.SignalChild, &byDefault);
        var channel = new Channel(connection);
        channel.WriteStarted((int)Kernel.ProcessId());
        try
        {
            channel.WriteResult(Build(channel, channel.ReadPlan(), networks));
        }
        catch (Exception failure) when (failure is SetupException or FormatException)
        {
            channel.WriteResult(Report.SetupFailed(failure.Message));
        }
        Kernel.Exit(0);
    }

    private static string Build(Channel channel, Plan* plan, NetworkSource networks)
    {
        var start = Clock.NowMicroseconds();
        var paths = ScratchDirectory.Prepare(plan);
        var pool = MountPointPool.TryOpen(plan);
        MountPoints.Place(plan, paths, pool);
        paths->NetworkFd = networks.For(plan, paths);
        var sandbox = SandboxProcess.Start(plan, paths);
        networks.Offer(plan, paths);
        var relay = new Relay(channel, sandbox, plan, new LateInputs(plan, paths));
        var end = relay.Run();
        MountPoints.Clear(plan, paths, pool);
        return Report.Of(end, sandbox, relay.LogBytes, Clock.NowMicroseconds() - start);
    }
}
