using Farm.Store.Compressing;
using Farm.Tests.Support;

namespace Farm.Tests.Cli.Commands.Stores;

/// <summary>Verbs that show or add single objects: what they print is what the real Nix prints on the same store.</summary>
public sealed class ObjectVerbsTests : IDisposable
{
    private const string Expression = """
        derivation { name = "top"; system = "x"; builder = "/bin/sh"; words = "a 'b'\nc"; args = [ "-c" "echo 'x'" ]; }
        """;

    private readonly StoreProgram _program = new();

    [RequiresNixFact]
    public async Task Listings_are_those_of_nix_store_ls()
    {
        var tree = (await _program.DoneAsync("add", _program.Tree("tree"))).Trim();
        var file = (await _program.DoneAsync("add", _program.Work("tree/file"), "--name", "single")).Trim();
        foreach (var path in new[] { tree, tree + "/bin", tree + "/bin/", tree + "/file", tree + "/link", file })
        {
            foreach (string[] options in new string[][] { [], ["-l"], ["-R"], ["-lR"], ["-d"], ["-ld"] })
                await ListsAsync([.. options, path]);
        }
        foreach (string[] options in new string[][] { ["--json"], ["--json", "-R"] })
        {
            await ListsAsync([.. options, tree]);
            await ListsAsync([.. options, tree + "/file"]);
            await ListsAsync([.. options, tree + "/bin/run"]);
            await ListsAsync([.. options, tree + "/link"]);
        }
    }

    [RequiresNixFact]
    public async Task Fixed_files_get_the_paths_that_nix_store_gives_them()
    {
        await _program.AddTextAsync("first", "makes the store");
        var tree = _program.Tree("tree");
        var expression = _program.Work("default.nix");
        await File.WriteAllTextAsync(expression, Expression);
        string[][] all =
        [
            ["sha256", tree + "/file", expression],
            ["sha1", tree + "/file"],
            ["--recursive", "sha256", tree],
            ["--recursive", "sha512", tree, tree + "/file"],
        ];
        foreach (var arguments in all)
        {
            var ours = await _program.DoneAsync(["add-fixed", .. arguments]);
            Assert.Equal(await _program.NixStoreAsync(["--add-fixed", .. arguments]), ours);
        }
        await _program.RefusedAsync("is not there", "add-fixed", "sha256", tree + "/absent");
    }

    [RequiresNixFact]
    public async Task Environments_and_logs_are_those_of_nix_store()
    {
        await _program.AddTextAsync("first", "makes the store");
        var expression = _program.Work("default.nix");
        await File.WriteAllTextAsync(expression, Expression);
        using var nix = RealNix.OnStoreAt(_program.Root);
        var path = Assert.Single(await nix.InstantiateAsync(expression, [], default));
        var derivation = nix.StoreDir.Print(path);

        Assert.Equal(
            await _program.NixStoreAsync("--print-env", derivation),
            await _program.DoneAsync("print-env", derivation)
        );
        await _program.RefusedAsync("There is no log of", "read-log", derivation);
        var logs = Directory.CreateDirectory($"{_program.Root}/nix/var/log/nix/drvs/{path.ToString()[..2]}").FullName;
        await File.WriteAllTextAsync($"{logs}/{path.ToString()[2..]}", "line 1\nline 2\n");
        Assert.Equal(await _program.NixStoreAsync("-l", derivation), await _program.DoneAsync("read-log", derivation));

        File.Delete($"{logs}/{path.ToString()[2..]}");
        await using (var file = File.Create($"{logs}/{path.ToString()[2..]}.bz2"))
        await using (var compressed = NarCompression.Bzip2.Compress(file, null, 1))
            await compressed.WriteAsync("compressed\n"u8.ToArray());
        Assert.Equal("compressed\n", await _program.DoneAsync("read-log", derivation));
        Assert.Equal("compressed\n", await _program.NixStoreAsync("-l", derivation));
    }

    [Fact]
    public async Task A_store_says_what_it_is()
    {
        await _program.AddTextAsync("a", "text");
        var about = await _program.JsonAsync("ping");
        Assert.Equal(_program.Root, about.GetProperty("root").GetString());
        Assert.Equal("10", about.GetProperty("schema").GetString());
        Assert.Equal((1, 1), (about.GetProperty("paths").GetInt32(), about.GetProperty("links").GetInt32()));
        Assert.Equal((120, 4), (about.GetProperty("narSize").GetInt32(), about.GetProperty("linksSize").GetInt32()));
        Assert.Contains(
            "paths      1, 120 B as archives\n",
            await _program.DoneAsync("ping"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public Task A_node_that_does_not_answer_is_one_sentence() =>
        _program.RefusedAsync("Nothing answers at http://127.0.0.1:1/", "ping", "--node", "http://127.0.0.1:1");

    public void Dispose() => _program.Dispose();

    private async Task ListsAsync(params string[] arguments)
    {
        var theirs = await _program.NixAsync(["store", "ls", .. arguments]);
        Assert.Equal(theirs.TrimEnd('\n'), (await _program.DoneAsync(["ls", .. arguments])).TrimEnd('\n'));
    }
}
