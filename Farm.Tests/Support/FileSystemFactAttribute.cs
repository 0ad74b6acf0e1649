namespace Farm.Tests.Support;

/// <summary>A test on a file system of its own, which needs root, a kernel that knows it, and the program that makes it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FileSystemFactAttribute : FactAttribute
{
    /// <param name="type">As <c>mount -t</c> takes it.</param>
    /// <param name="package">Debian's package with <c>mkfs.TYPE</c>.</param>
    public FileSystemFactAttribute(string type, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin");
        if (Environment.UserName != "root")
            Skip = "Needs root.";
        else if (!folders.Any(folder => File.Exists(Path.Combine(folder, $"mkfs.{type}"))))
            Skip = $"Needs the program 'mkfs.{type}' (Debian: {package}).";
        else if (!File.ReadLines("/proc/filesystems").Any(line => line.Trim() == type))
            Skip = $"The kernel does not know {type}.";
    }
}
