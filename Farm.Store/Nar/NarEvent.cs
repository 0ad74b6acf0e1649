using Farm.Store.Hashing;

namespace Farm.Store.Nar;

/// <summary>One step of a NAR, in archive order.</summary>
/// <remarks>The root's name is empty; any other name has been checked: not empty, no slash, no NUL, not <c>.</c> or <c>..</c>,
/// greater in byte order than the entry before it.</remarks>
public abstract record NarEvent
{
    private NarEvent() { }

    /// <summary>A directory begins; its entries follow, then <see cref="DirectoryEnd"/>.</summary>
    public sealed record Directory(ByteString Name) : NarEvent;

    /// <summary>The directory begun last ends.</summary>
    public sealed record DirectoryEnd : NarEvent
    {
        private DirectoryEnd() { }

        /// <summary>The one value.</summary>
        public static DirectoryEnd Instance { get; } = new();
    }

    /// <summary>A regular file begins; its contents, <paramref name="SizeBytes"/> long, are read apart.</summary>
    public sealed record Regular(ByteString Name, bool IsExecutable, long SizeBytes) : NarEvent;

    /// <summary>A symbolic link.</summary>
    public sealed record Symlink(ByteString Name, ByteString Target) : NarEvent;
}
