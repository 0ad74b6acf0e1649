using Farm.Store.Hashing;

namespace Farm.Worker.Sandboxes;

/// <summary>A file that is there before the builder starts.</summary>
/// <param name="Name">Plain file name.</param>
/// <param name="Mode">Permission bits.</param>
public sealed record SandboxFile(string Name, ByteString Content, UnixFileMode Mode = SandboxFile.ReadableByAll)
{
    /// <summary>Mode 0644.</summary>
    public const UnixFileMode ReadableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
}
