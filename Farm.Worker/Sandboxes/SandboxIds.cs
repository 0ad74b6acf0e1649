namespace Farm.Worker.Sandboxes;

/// <summary>Who the builder is, inside and for the host.</summary>
/// <param name="HostUid">User id that owns the build on the host; 0 for that of the helper, whoever it is.</param>
/// <param name="HostGid">Group id on the host.</param>
public sealed record SandboxIds(uint HostUid, uint HostGid)
{
    /// <summary>Those of the helper, where it has no others.</summary>
    public static SandboxIds Own { get; } = new(0, 0);

    /// <summary>User id inside; Nix's.</summary>
    public uint Uid { get; init; } = 1000;

    /// <summary>Group id inside; Nix's.</summary>
    public uint Gid { get; init; } = 100;
}
