using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>No node watches directories: the one that a service works in is often the root of a file system.</summary>
public sealed class WatchedDirectoriesTests
{
    [FarmProcessFact]
    public async Task Coordinator_and_workers_watch_none()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromSeconds(60));
        Directory.CreateDirectory(farm.File("something/below"));
        await farm.StartCoordinatorAsync();
        await farm.StartWorkerAsync("worker-1", 1);
        Assert.Equal(0, Watches.Count(farm.Node("coordinator").Id));
        Assert.Equal(0, Watches.Count(farm.Node("worker-1").Id));
    }

    [Fact]
    public async Task Watches_of_a_process_are_counted()
    {
        using var directory = new TemporaryDirectory();
        var before = Watches.Count(Environment.ProcessId);
        using var watcher = new FileSystemWatcher(directory.Path) { EnableRaisingEvents = true };
        using var deadline = new Deadline(TimeSpan.FromSeconds(10));
        await deadline.UntilAsync(
            () => Watches.Count(Environment.ProcessId) > before,
            "the directory is watched",
            () => ""
        );
    }
}
