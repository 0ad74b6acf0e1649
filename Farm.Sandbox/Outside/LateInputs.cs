using Farm.Sandbox.Inside;
using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>Shows store paths inside while the builder runs: those that it has added by recursive Nix.</summary>
/// <remarks>Source: Nix's <c>LocalDerivationGoal::addDependency</c>.</remarks>
internal sealed unsafe class LateInputs(Plan* plan, PreparedPaths* paths)
{
    /// <returns>Null, or why it cannot be shown.</returns>
    public string? TryShow(Input* input)
    {
        if (!plan->TakesInputs)
            return "the specification has no socket";
        try
        {
            MountPoints.Place(input, paths);
            return input->IsMade ? null : Mount(input);
        }
        catch (SetupException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>A process of its own enters the namespaces, which this one must not.</summary>
    private string? Mount(Input* input)
    {
        var status = stackalloc int[2];
        SetupException.Check(Kernel.Pipe(status, Flags.CloseOnExec), "making a pipe");
        var pid = Kernel.Clone(Flags.SignalChild);
        if (pid == 0)
            LateMount.Run(input, plan, paths, status[1]);
        Kernel.Close(status[1]);
        try
        {
            SetupException.Check(pid, "starting a process that mounts");
            int waitStatus;
            nint waited;
            do waited = Kernel.Wait((int)pid, &waitStatus, 0, null);
            while (waited == -Flags.Interrupted);
            if (waitStatus == 0)
                return null;
            ChildMessage message;
            return Kernel.Read(status[0], &message, sizeof(ChildMessage)) == sizeof(ChildMessage)
                ? StepText.Describe(message)
                : "the process that mounts was killed";
        }
        finally
        {
            Kernel.Close(status[0]);
        }
    }
}
