namespace Farm.Worker.Sandboxes;

/// <summary>Who the builder is, inside and for the host. Without root the helper takes its own ids for the host's.</summary>
/// <param name="HostUid">User id that owns the build on the host; never 0.</param>
/// <param name="HostGid">Group id on the host.</param>
public sealed record SandboxIds(uint HostUid, uint HostGid)
{
    /// <summary>User id inside; Nix's.</summary>
    public uint Uid { get; init; } = 1000;

    /// <summary>Group id inside; Nix's.</summary>
    public uint Gid { get; init; } = 100;
}
