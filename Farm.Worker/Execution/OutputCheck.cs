using Farm.Store.Local;

namespace Farm.Worker.Execution;

/// <summary>What is asked of an output before it is taken over; its contents are made canonical later.</summary>
/// <remarks>Nix also asks for the build user as the owner. A builder here has one user id and no other, so that it cannot
/// make a file that belongs to another.</remarks>
internal static class OutputCheck
{
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>One sentence where the output is missing or breaks a rule; null where it is well.</summary>
    public static string? Problem(BuiltOutput output)
    {
        var file = new FileInfo(output.File);
        if (file.LinkTarget is not null)
            return null; // a symbolic link has no permissions of its own
        if (!file.Exists && !Directory.Exists(output.File))
            return $"the builder failed to produce the output path '{output.Path}'";
        var mode = File.GetUnixFileMode(output.File);
        return (mode & WritableByOthers) == 0
            ? null
            : $"suspicious permissions on '{output.Path}': others than its owner may write to it";
    }
}
