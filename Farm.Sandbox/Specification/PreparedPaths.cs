namespace Farm.Sandbox.Specification;

/// <summary>What the parent made below the scratch directory before it cloned, for the child to mount.</summary>
internal unsafe struct PreparedPaths
{
    public byte* Store;
    public byte* Build;
    public byte* Temporary;

    /// <summary>The program runs as root; otherwise everything belongs to the caller alone.</summary>
    public bool IsRootUser;

    /// <summary>Descriptors the child uses.</summary>
    public int StatusFd;
    public int GoFd;
    public int TerminalFd;

    /// <summary>A network made ahead, which the child enters; -1 where it has another.</summary>
    public int NetworkFd;

    /// <summary>One for each control group of the plan: what the child enters it by; -1 where the parent does that.</summary>
    public int* TaskFds;

    /// <summary>Descriptors of the parent alone, which the child closes.</summary>
    public int ParentStatusFd;
    public int ParentGoFd;
    public int ParentTerminalFd;

    /// <summary>The sandbox's namespaces, where inputs may come while it runs; opened before its first process hides itself.</summary>
    public int UserNamespaceFd;
    public int MountNamespaceFd;
}
