using System.Text.RegularExpressions;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary><c>farm cache</c>: the program serves one store.</summary>
public sealed partial class CacheCommandTests
{
    private static readonly Uri s_nobody = new("http://127.0.0.1:9/");

    [Fact]
    public async Task It_serves_a_store_until_it_is_told_to_stop_and_lets_the_store_go()
    {
        using var deadline = new Deadline(TimeSpan.FromSeconds(60));
        using var directory = new TemporaryDirectory();
        string[] arguments = ["cache", "--store", directory.File("store"), "--listen", "127.0.0.1:0"];
        for (var time = 0; time < 2; time++)
        {
            await using var run = ProgramRun.Start(directory.Path, s_nobody, deadline, arguments);
            await deadline.UntilAsync(() => AddressOf(run) is not null, "the cache is served", () => run.Told);
            using var http = new HttpClient();
            var info = await http.GetStringAsync(new Uri(AddressOf(run)!, "nix-cache-info"), deadline.Token);
            Assert.Equal("StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 30\n", info);
            Assert.Equal(0, Watches.Count(run.Id));
            await run.TerminateAsync();
            Assert.True(await run.EndAsync() == 0, run.Told);
        }
    }

    [Theory]
    [InlineData("farm.cache.compression=lz4", "farm.cache.compression is 'lz4'")]
    [InlineData("farm.cache.tls.key-file=/nowhere", "farm.cache.tls needs both")]
    [InlineData("farm.cache.uploads.credentials-file=/nowhere", "/nowhere")]
    [InlineData("farm.cache.lisen=1", "did you mean farm.cache.listen?")]
    public async Task Settings_that_are_wrong_are_told_in_one_sentence(string setting, string expected)
    {
        using var deadline = new Deadline(TimeSpan.FromSeconds(60));
        using var directory = new TemporaryDirectory();
        string[] arguments = ["cache", "--store", directory.File("store"), "--listen", "127.0.0.1:0", "--set", setting];
        await using var run = ProgramRun.Start(directory.Path, s_nobody, deadline, arguments);
        Assert.True(await run.EndAsync() == 1, run.Told);
        Assert.Contains(expected, Refusal.Sentence(run), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cache", "/dev/null/store", "'/dev/null' is no directory")]
    [InlineData("cache", "/proc/store", "'/proc' takes none")]
    [InlineData("daemon", "/dev/null/store", "'/dev/null' is no directory")]
    public async Task A_store_that_cannot_be_made_is_told_with_what_is_in_the_way(
        string command,
        string store,
        string expected
    )
    {
        using var deadline = new Deadline(TimeSpan.FromSeconds(60));
        using var directory = new TemporaryDirectory();
        await using var run = ProgramRun.Start(directory.Path, s_nobody, deadline, [command, "--store", store]);
        Assert.True(await run.EndAsync() == 1, run.Told);
        Assert.Contains($"cannot be made: {expected}", Refusal.Sentence(run), StringComparison.Ordinal);
    }

    private static Uri? AddressOf(ProgramRun run) =>
        run.Error.Select(line => Served().Match(line)).FirstOrDefault(match => match.Success) is { } found
            ? new(found.Groups[1].Value)
            : null;

    [GeneratedRegex("is served as a binary cache on (http://[^ ]+)")]
    private static partial Regex Served();
}
