namespace Farm.Tests.Hardening;

/// <summary>What stops an attempt.</summary>
public enum Guard
{
    /// <summary>The system call filter.</summary>
    Filter,

    /// <summary>The builder has no capability outside a user namespace of its own.</summary>
    Capabilities,

    /// <summary>Mounts are read-only, and locked in namespaces below.</summary>
    Mounts,

    /// <summary>It is in none of the build's namespaces.</summary>
    Namespaces,

    /// <summary>Landlock's scope of abstract sockets, or a network of the build's own.</summary>
    SocketScope,

    /// <summary>Owners and modes of files.</summary>
    Permissions,

    /// <summary>The first process lets nobody look into it.</summary>
    FirstProcess,
}
