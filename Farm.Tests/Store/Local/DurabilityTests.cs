using System.Diagnostics;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Local;

/// <summary>What the kernel is asked, in which order, as <c>strace</c> sees it.</summary>
public sealed class DurabilityTests
{
    [StraceFact]
    public async Task Files_are_waited_for_after_their_bits_and_before_the_registration()
    {
        var calls = await CallsOfAddAsync("farm.store.fsync-store-paths = on");
        var bit = Last(calls, "FS_IOC_SETFLAGS, [FS_IMMUTABLE_FL");
        var file = Last(calls, "/d/f>) = 0", "fsync(");
        var directory = Last(calls, "-tree/d>) = 0", "fsync(");
        var root = Last(calls, "-tree>) = 0", "fsync(");
        var store = Last(calls, "/nix/store>) = 0", "fsync(");
        var registration = Last(calls, "db.sqlite-wal>", "pwrite64(");
        int[] order =
            bit < 0 ? [file, directory, root, store, registration] : [bit, file, directory, root, store, registration];
        Assert.DoesNotContain(-1, order);
        Assert.Equal(order.Order(), order);
    }

    [StraceFact]
    public async Task The_file_system_is_waited_for_before_the_registration()
    {
        var calls = await CallsOfAddAsync("farm.store.sync-before-registering = on");
        var all = Last(calls, "syncfs(");
        Assert.InRange(all, 0, Last(calls, "db.sqlite-wal>", "pwrite64("));
    }

    [StraceFact]
    public async Task By_default_no_file_of_a_path_is_waited_for()
    {
        var calls = await CallsOfAddAsync("");
        Assert.Equal(-1, Last(calls, "/nix/store", "fsync("));
        Assert.Equal(-1, Last(calls, "syncfs("));
    }

    private static int Last(string[] calls, params string[] parts) =>
        Array.FindLastIndex(calls, call => parts.All(part => call.Contains(part, StringComparison.Ordinal)));

    private static async Task<string[]> CallsOfAddAsync(string settings)
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("tree/d"));
        Directory.CreateDirectory(directory.File("root"));
        await File.WriteAllTextAsync(directory.File("tree/d/f"), "contents");
        await File.WriteAllTextAsync(directory.File("settings"), settings);
        string[] strace = ["-f", "-y", "-e", "trace=fsync,syncfs,ioctl,pwrite64", "-o", directory.File("trace")];
        string[] add = ["store", "add", "--config", directory.File("settings"), "--store", directory.File("root")];
        var program = Path.Combine(AppContext.BaseDirectory, "farm.dll");
        using var process = Process.Start("strace", [.. strace, "dotnet", program, .. add, directory.File("tree")]);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return await File.ReadAllLinesAsync(directory.File("trace"));
    }
}
