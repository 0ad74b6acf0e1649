using Farm.Tests.Store.Local;

namespace Farm.Tests.Support;

/// <summary>A file system of its own for one test, mounted at a directory until it is disposed of.</summary>
public sealed class TemporaryMount : IDisposable
{
    private readonly string _directory;

    private TemporaryMount(string directory) => _directory = directory;

    /// <param name="directory">Where; made if it is not there.</param>
    /// <param name="size">As the kernel takes it, such as <c>8m</c>.</param>
    public static TemporaryMount Tmpfs(string directory, string size)
    {
        Directory.CreateDirectory(directory);
        Programs.Run("mount", "-t", "tmpfs", "-o", $"size={size}", "farm-test", directory);
        return new(directory);
    }

    /// <summary>A file system in memory that knows no immutable bit.</summary>
    public static TemporaryMount Memory(string directory)
    {
        Directory.CreateDirectory(directory);
        Programs.Run("mount", "-t", "ramfs", "farm-test", directory);
        return new(directory);
    }

    /// <summary>An ext4 file system in a file.</summary>
    /// <param name="image">The file, which is made.</param>
    /// <param name="size">As mke2fs takes it, such as <c>8M</c>.</param>
    /// <param name="directory">Where; made if it is not there.</param>
    /// <param name="options">For mke2fs.</param>
    public static TemporaryMount Ext4(string image, string size, string directory, params string[] options)
    {
        Directory.CreateDirectory(directory);
        Programs.Run("mke2fs", ["-q", "-t", "ext4", .. options, image, size]);
        Programs.Run("mount", "-o", "loop", image, directory);
        return new(directory);
    }

    /// <summary>A file system of another type in a file that takes no more space than is used.</summary>
    /// <param name="type">As <c>mount -t</c> takes it.</param>
    /// <param name="image">The file, which is made.</param>
    /// <param name="sizeBytes">Its size.</param>
    /// <param name="directory">Where; made if it is not there.</param>
    public static TemporaryMount Of(string type, string image, long sizeBytes, string directory)
    {
        Directory.CreateDirectory(directory);
        using (var file = File.Create(image))
            file.SetLength(sizeBytes);
        Programs.Run($"mkfs.{type}", "-q", image);
        Programs.Run("mount", "-t", type, "-o", "loop", image, directory);
        return new(directory);
    }

    public void Dispose() => Programs.Run("umount", "-l", _directory);
}
