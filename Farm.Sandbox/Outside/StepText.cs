using System.Text;
using Farm.Sandbox.Inside;

namespace Farm.Sandbox.Outside;

/// <summary>Words for the steps that the child takes.</summary>
internal static unsafe class StepText
{
    public static string Describe(ChildMessage message)
    {
        var detail = Encoding.UTF8.GetString(message.Detail, message.DetailLength);
        return $"{Words(message.Step)}{(detail.Length > 0 ? $" '{detail}'" : "")}: {ErrorText.Of(message.Number)}";
    }

    private static string Words(SetupStep step) =>
        step switch
        {
            SetupStep.Start => "starting the sandbox",
            SetupStep.PrivateMounts => "making the mounts private",
            SetupStep.HostName => "setting the host or domain name",
            SetupStep.Loopback => "bringing up the interface",
            SetupStep.Root => "making the root at",
            SetupStep.ControlGroup => "making the namespace of control groups",
            SetupStep.Directory => "making the directory of",
            SetupStep.File => "making the file or link",
            SetupStep.Device => "making the device",
            SetupStep.Input => "making the input",
            SetupStep.BindSource => "opening for the sandbox",
            SetupStep.BindTarget => "mounting in the sandbox",
            SetupStep.Proc => "mounting",
            SetupStep.SharedMemory => "mounting",
            SetupStep.Terminals => "mounting",
            SetupStep.Pivot => "changing the root to",
            SetupStep.Groups => "giving up supplementary groups",
            SetupStep.Fork => "starting the builder's process",
            SetupStep.UserMap => "writing the id map",
            SetupStep.Terminal => "connecting the terminal",
            SetupStep.Ids => "changing to the build user",
            SetupStep.WorkingDirectory => "changing to the directory",
            SetupStep.Limits => "setting resource limits",
            SetupStep.Personality => "setting the personality",
            SetupStep.Privileges => "giving up privileges",
            SetupStep.Filter => "installing the system call filter",
            SetupStep.Execute => "executing",
            SetupStep.EnterGroup => "entering the control group",
            SetupStep.Network => "entering the network of",
            SetupStep.Namespaces => "entering the sandbox for",
            _ => "setting up the sandbox",
        };
}
