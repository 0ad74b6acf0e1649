namespace Farm.Benchmarks.Daemons;

/// <summary>How a daemon builds.</summary>
/// <param name="IsSandboxed">The setting <c>sandbox</c>.</param>
/// <param name="HasUsers">Whether there are accounts for builds; else Nix builds as root.</param>
internal sealed record BuildWay(bool IsSandboxed, bool HasUsers)
{
    /// <summary>What figures of it are called by.</summary>
    public string Name => $"{(HasUsers ? " by build users" : "")}{(IsSandboxed ? "" : " without sandboxes")}";

    /// <summary>For names of directories.</summary>
    public string Directory => $"{(HasUsers ? "users" : "root")}{(IsSandboxed ? "" : "-bare")}";
}
