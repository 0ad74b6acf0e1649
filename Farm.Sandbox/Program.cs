using Farm.Sandbox.Outside;
using Farm.Sandbox.Specification;

// farm-sandbox: the specification comes on standard input, which stays open as long as the build is wanted; the
// builder's output goes to standard output as it is; the result is the one line on standard error.
return SandboxRun.Run();

internal static unsafe class SandboxRun
{
    public static int Run()
    {
        try
        {
            StandardStreams.WriteResult(Build(StandardStreams.ReadPlan()));
            return 0;
        }
        catch (Exception failure) when (failure is SetupException or FormatException)
        {
            StandardStreams.WriteResult(Report.SetupFailed(failure.Message));
            return 1;
        }
    }

    private static string Build(Plan* plan)
    {
        var start = Clock.NowMicroseconds();
        var paths = ScratchDirectory.Prepare(plan);
        MountPoints.Place(plan, paths);
        var sandbox = SandboxProcess.Start(plan, paths);
        var relay = new Relay(sandbox, plan);
        var end = relay.Run();
        return Report.Of(end, sandbox, relay.LogBytes, Clock.NowMicroseconds() - start);
    }
}
