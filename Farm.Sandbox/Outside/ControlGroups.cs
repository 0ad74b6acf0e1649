using System.Globalization;
using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>Puts the sandbox's first process into the control groups of its build, and with it all that it starts.</summary>
internal static unsafe class ControlGroups
{
    /// <exception cref="SetupException">A group does not take it.</exception>
    public static void Enter(Plan* plan, int process)
    {
        for (var i = 0; i < plan->ControlGroupCount; i++)
        {
            var file = $"{plan->ControlGroups[i]}/cgroup.procs";
            var what = $"entering the control group '{plan->ControlGroups[i]}'";
            var path = ScratchDirectory.Native(file);
            var fd = (int)SetupException.Check(Kernel.Open(path, Flags.WriteOnly | Flags.CloseOnExec), what);
            var text = process.ToString(CultureInfo.InvariantCulture);
            SetupException.Check(Kernel.Write(fd, ScratchDirectory.Native(text), text.Length), what);
            Kernel.Close(fd);
        }
    }
}
