namespace Farm.Worker.Sandboxes;

/// <summary>A path of the host shown inside.</summary>
/// <param name="Target">Absolute path inside; no symbolic link is followed there.</param>
/// <param name="Source">Absolute path of the host. A symbolic link is made anew inside, not followed.</param>
public sealed record SandboxBind(string Target, string Source)
{
    /// <summary>Leave it out when the source does not exist.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Show what the symbolic link at the source points to.</summary>
    public bool FollowsSource { get; init; }

    public bool IsReadOnly { get; init; }
}
