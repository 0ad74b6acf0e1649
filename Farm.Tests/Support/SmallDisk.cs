using System.Diagnostics;

namespace Farm.Tests.Support;

/// <summary>A real ext4 file system of 40 MiB in a file, mounted for one test; needs root.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private const long Bytes = 40L * 1024 * 1024;
    private readonly TemporaryDirectory _place = new();

    private SmallDisk() => Directory = _place.File("mounted");

    /// <summary>Where it is mounted.</summary>
    public string Directory { get; }

    /// <param name="options">More options of <c>mkfs.ext4</c>, such as the number of inodes.</param>
    public static async Task<SmallDisk> MountAsync(string options)
    {
        var disk = new SmallDisk();
        var image = disk._place.File("image");
        await using (var file = File.Create(image))
            file.SetLength(Bytes);
        System.IO.Directory.CreateDirectory(disk.Directory);
        await RunAsync("mkfs.ext4", ["-q", "-F", "-m", "0", .. options.Split(' '), image]);
        await RunAsync("mount", ["-o", "loop", image, disk.Directory]);
        return disk;
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", [Directory]);
        _place.Dispose();
    }

    private static async Task RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using var process =
            Process.Start(start) ?? throw new InvalidOperationException($"'{program}' could not be started");
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{program}' exited with {process.ExitCode}: {errors}");
    }
}
