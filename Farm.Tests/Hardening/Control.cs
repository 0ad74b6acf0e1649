namespace Farm.Tests.Hardening;

/// <summary>How it is shown that an attempt would work without its guard.</summary>
public enum Control
{
    /// <summary>It cannot be shown without harm to the machine, or this machine's kernel lacks what is attempted.</summary>
    None,

    /// <summary>It works for root in namespaces made for it, without a sandbox.</summary>
    Outside,

    /// <summary>It works for an ordinary user of the host, without a sandbox.</summary>
    OrdinaryUser,

    /// <summary>It works in the sandbox when the system call filter is left out.</summary>
    WithoutFilter,
}
