namespace Farm.Tests.Hardening;

/// <summary>Where attempts are made.</summary>
public enum Surroundings
{
    /// <summary>In the sandbox of a worker that runs as root.</summary>
    Root,

    /// <summary>In the sandbox of a worker that runs as an ordinary user.</summary>
    Rootless,

    /// <summary>In the sandbox of a fixed-output build, which shares the host's network.</summary>
    FixedOutput,

    /// <summary>In the sandbox, without the system call filter.</summary>
    WithoutFilter,

    /// <summary>See <see cref="Control.Outside"/>.</summary>
    Outside,

    /// <summary>See <see cref="Control.OrdinaryUser"/>.</summary>
    OrdinaryUser,
}
