using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Support;

/// <summary>A test of builds in control groups with a memory controller, of either version.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ControlGroupFactAttribute : FactAttribute
{
    public ControlGroupFactAttribute()
    {
        Skip = new SandboxFactAttribute().Skip;
        if (Skip is null && !Find(ControlGroupLimits.None).Controllers.Contains("memory"))
            Skip = "Needs a control group that lets us make others with the memory controller.";
    }

    internal static ControlGroups Find(ControlGroupLimits limits) =>
        ControlGroups.Find(new ControlGroupSettings(ControlGroupMode.Auto, limits));
}
