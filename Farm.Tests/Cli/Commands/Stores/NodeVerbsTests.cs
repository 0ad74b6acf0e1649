using System.Text;
using Farm.Store.Paths;
using Farm.Tests.Coordinator;

namespace Farm.Tests.Cli.Commands.Stores;

/// <summary>The verbs that ask a node, with a coordinator that runs.</summary>
public sealed class NodeVerbsTests : IDisposable
{
    private readonly StoreProgram _farm = new();

    public void Dispose() => _farm.Dispose();

    [Fact]
    public async Task Ping_tells_what_the_node_has_and_roots_what_it_keeps()
    {
        await using var host = await CoordinatorHost.StartAsync();
        var path = await AddAsync(host, "held");
        await using var hold = await host.Node.Store.TempRoots.HoldAsync([path], host.Limit);
        Assert.Contains("/nix/store", await _farm.DoneAsync("ping", "--node", At(host)), StringComparison.Ordinal);
        var about = await _farm.JsonAsync("ping", "--node", At(host));
        Assert.Equal("/nix/store", about.GetProperty("storeDir").GetString());
        var full = StoreDir.Default.Print(path);
        Assert.Contains($"-> {full}\n", await _farm.DoneAsync("roots", "--node", At(host)), StringComparison.Ordinal);
        var roots = await _farm.JsonAsync("roots", "--node", At(host), "--no-runtime");
        var root = Assert.Single(roots.EnumerateArray(), root => root.GetProperty("path").GetString() == full);
        Assert.Equal("Temporary", root.GetProperty("kind").GetString(), ignoreCase: true);
    }

    [Fact]
    public async Task Gc_lists_and_deletes_on_the_node()
    {
        await using var host = await CoordinatorHost.StartAsync();
        var kept = await AddAsync(host, "kept");
        var dead = await AddAsync(host, "dead");
        await using var hold = await host.Node.Store.TempRoots.HoldAsync([kept], host.Limit);
        var listed = await _farm.DoneAsync("gc", "--print-dead", "--node", At(host));
        Assert.Equal($"{StoreDir.Default.Print(dead)}\n", listed);
        var done = await _farm.JsonAsync("gc", "--node", At(host));
        Assert.Equal(1, done.GetProperty("deletedPaths").GetInt64());
        Assert.Equal([kept], await host.Node.Store.AllValidAsync(host.Limit));
    }

    [Fact]
    public async Task Optimise_links_equal_files_on_the_node()
    {
        await using var host = await CoordinatorHost.StartAsync();
        await AddAsync(host, "one");
        // As files are that were registered while optimise was off.
        foreach (var link in Directory.GetFiles(host.Node.Store.Layout.LinksDir))
            File.Delete(link);
        var done = await _farm.JsonAsync("optimise", "--node", At(host));
        Assert.Equal(1, done.GetProperty("paths").GetInt64());
        Assert.Equal(1, done.GetProperty("contentsAdded").GetInt64());
        Assert.Single(Directory.GetFiles(host.Node.Store.Layout.LinksDir));
        Assert.Contains(
            "inodes freed",
            await _farm.DoneAsync("optimise", "--node", At(host)),
            StringComparison.Ordinal
        );
        await _farm.RefusedAsync("--store ROOT", "optimise", "--stats", "--node", At(host));
    }

    [Fact]
    public async Task Verify_tells_of_damage_on_the_node_with_exit_code_1()
    {
        await using var host = await CoordinatorHost.StartAsync();
        var path = await AddAsync(host, "one");
        var sound = await _farm.DoneAsync("verify", "--check-contents", "--node", At(host));
        Assert.StartsWith("1 paths, ", sound, StringComparison.Ordinal);
        var file = host.Node.Store.Layout.ToPhysical(path);
        File.SetUnixFileMode(file, (UnixFileMode)0x1A4);
        await File.WriteAllTextAsync(file, "two", host.Limit);
        string[] arguments = ["verify", "--check-contents", "--json", "--node", At(host)];
        var (code, output, error) = await _farm.RunAsync(arguments);
        Assert.Equal(1, code);
        Assert.Contains("\"kind\":\"Changed\"", output, StringComparison.Ordinal);
        Assert.Contains("The store is damaged.", error, StringComparison.Ordinal);
        await _farm.RefusedAsync("not repaired", "verify", "--repair", "--node", At(host));
    }

    [Theory]
    [InlineData("gc")]
    [InlineData("optimise")]
    [InlineData("verify")]
    [InlineData("roots")]
    [InlineData("ping")]
    public async Task Where_no_node_answers_the_verb_says_so(string verb) =>
        await _farm.RefusedAsync("http://127.0.0.1:1/", verb, "--node", "http://127.0.0.1:1");

    private static string At(CoordinatorHost host) => host.Node.Address.ToString();

    private static async Task<StorePath> AddAsync(CoordinatorHost host, string name) =>
        (
            await host.Node.Store.AddTextAsync(StorePathName.Parse(name), Encoding.ASCII.GetBytes(name), [], host.Limit)
        ).Path;
}
