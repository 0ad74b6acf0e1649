using System.Text;
using Farm.Tests.Worker.Core;
using Farm.Worker.Execution;

namespace Farm.Tests.Worker.Execution;

public sealed class LogSpoolTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("farm-spool").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_piece_is_read_while_the_log_is_still_written()
    {
        var spool = LogSpool.Open(_directory);
        using var writer = spool.Write(SomeWorker.Key(1));
        await writer.AppendAsync("hello "u8.ToArray(), CancellationToken.None);
        await writer.AppendAsync("world"u8.ToArray(), CancellationToken.None);
        var piece = await spool.ReadAsync(SomeWorker.Key(1), 4, 4, CancellationToken.None);
        Assert.Equal("o wo", Encoding.UTF8.GetString(piece!));
    }

    [Fact]
    public async Task A_log_that_was_removed_reads_as_absent()
    {
        var spool = LogSpool.Open(_directory);
        using (var writer = spool.Write(SomeWorker.Key(1)))
            await writer.AppendAsync("hello"u8.ToArray(), CancellationToken.None);
        spool.Delete(SomeWorker.Key(1));
        Assert.Null(await spool.ReadAsync(SomeWorker.Key(1), 0, 5, CancellationToken.None));
    }

    [Fact]
    public async Task Opening_removes_what_an_earlier_life_left()
    {
        using (var writer = LogSpool.Open(_directory).Write(SomeWorker.Key(1)))
            await writer.AppendAsync("old"u8.ToArray(), CancellationToken.None);
        LogSpool.Open(_directory);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact]
    public async Task The_log_is_on_disk_before_it_is_announced()
    {
        var spool = LogSpool.Open(_directory);
        var progress = new FakeProgress();
        byte[]? spooled = null;
        var inner = new FakeExecutor(
            async (assignment, outer, ct) =>
            {
                await outer.LogAsync("line\n"u8.ToArray(), ct);
                spooled = await spool.ReadAsync(assignment.Key, 0, progress.Log.Length, ct);
                return FakeExecutor.Built;
            }
        );
        var executor = new LogStreamingBuildExecutor(inner, spool);
        var assignment = new BuildAssignment(SomeWorker.Key(1), SomeWorker.Request, []);
        await executor.ExecuteAsync(assignment, progress, CancellationToken.None);
        Assert.Equal("line\n"u8.ToArray(), spooled);
    }
}
