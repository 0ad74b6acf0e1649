namespace Farm.Worker.Running;

/// <summary>Whether builds get control groups of their own; the setting <c>use-cgroups</c>.</summary>
public enum ControlGroupMode
{
    /// <summary>Where the host lets us make them.</summary>
    Auto,

    /// <summary>Always: a worker that cannot make them does not start.</summary>
    On,

    Off,
}
