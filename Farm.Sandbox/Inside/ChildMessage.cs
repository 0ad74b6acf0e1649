namespace Farm.Sandbox.Inside;

/// <summary>What the child tells its parent through the status pipe: one fixed-size record.</summary>
internal unsafe struct ChildMessage
{
    public const int MaxDetail = 400;

    public ChildMessageKind Kind;

    /// <summary>The step that failed; meaningful for <see cref="ChildMessageKind.Failed"/>.</summary>
    public SetupStep Step;

    /// <summary>The errno of a failure, or the wait status of the builder.</summary>
    public int Number;
    public int DetailLength;

    /// <summary>The path or name that the step was about.</summary>
    public fixed byte Detail[MaxDetail];
}

internal enum ChildMessageKind
{
    Failed = 1,
    Ended = 2,
}

/// <summary>The steps between clone and execve; <see cref="Outside.StepText"/> has their words.</summary>
internal enum SetupStep
{
    Start = 1,
    ControlGroup,
    PrivateMounts,
    HostName,
    Loopback,
    Root,
    Directory,
    File,
    Device,
    Input,
    BindSource,
    BindTarget,
    Proc,
    SharedMemory,
    Terminals,
    Pivot,
    Groups,
    Fork,
    UserMap,
    Terminal,
    Ids,
    WorkingDirectory,
    Limits,
    Personality,
    Privileges,
    Filter,
    Execute,
    Namespaces,
    EnterGroup,
    Network,
}
