using System.Text.Json;
using Farm.Tests.Support;

namespace Farm.Tests.Cli.Commands.Stores;

/// <summary>Verbs that look at closures: what they print is what the real Nix prints on the same store.</summary>
public sealed class ClosureVerbsTests : IDisposable
{
    private readonly StoreProgram _program = new();

    [RequiresNixFact]
    public async Task Closure_sizes_are_those_of_nix_path_info()
    {
        // More than 64, which are measured at once.
        var paths = await GraphAsync(seed: 3, count: 70);
        var theirs = await _program.NixAsync("path-info", "-rsS", "--json", paths[^1]);
        var ours = await _program.JsonAsync("du", "-r", paths[^1]);
        Assert.Equal(Sizes(JsonDocument.Parse(theirs).RootElement), Sizes(ours));
        var all = await _program.JsonAsync("du");
        Assert.Equal(
            Sizes(JsonDocument.Parse(await _program.NixAsync("path-info", "--all", "-S", "--json")).RootElement),
            Sizes(all)
        );
        var closures = all.EnumerateArray().Select(path => path.GetProperty("closureSize").GetInt64()).ToArray();
        Assert.Equal(closures.OrderDescending(), closures);
    }

    [RequiresNixFact]
    public async Task Why_one_path_needs_another_is_told_as_nix_tells_it()
    {
        var paths = await GraphAsync(seed: 5, count: 25);
        foreach (var target in paths[..3])
        {
            foreach (string[] options in new string[][] { [], ["--all"], ["--precise"], ["--all", "--precise"] })
            {
                string[] arguments = ["why-depends", .. options, paths[^1], target];
                Assert.Equal(await _program.NixAsync(arguments), Quiet(await _program.RunAsync(arguments)));
            }
        }
    }

    [RequiresNixFact]
    public async Task A_reference_is_shown_where_it_is_in_files_and_links()
    {
        var library = await _program.AddTextAsync("library", "a");
        var tree = _program.Tree("tree");
        await File.WriteAllTextAsync(tree + "/bin/run", $"{new string('x', 300_000)}\0\n{library}\0end");
        File.Delete(tree + "/link");
        File.CreateSymbolicLink(tree + "/link", library);
        await File.WriteAllTextAsync(tree + "/file", $"{library[..43]}");
        var user = await BuiltAsync("user", tree, library);
        string[] arguments = ["why-depends", "--precise", "--all", user, library];
        Assert.Equal(await _program.NixAsync(arguments), await _program.DoneAsync(arguments));
        var found = (await _program.JsonAsync(arguments)).GetProperty("dependsOn")[0].GetProperty("foundIn");
        Assert.Equal(
            ["bin/run", "file", "link"],
            found.EnumerateArray().Select(place => place.GetProperty("file").GetString())
        );
        Assert.Equal(300_013, found[0].GetProperty("offset").GetInt64());
    }

    [Fact]
    public async Task A_path_that_is_not_needed_is_told_so()
    {
        var (a, b) = (await _program.AddTextAsync("a", "a"), await _program.AddTextAsync("b", "b"));
        var (code, output, error) = await _program.RunAsync(["why-depends", a, b]);
        Assert.Equal((0, "", $"'{a}' does not depend on '{b}'\n"), (code, output, error));
        Assert.Equal(JsonValueKind.Null, (await _program.JsonAsync("why-depends", a, b)).ValueKind);
    }

    [RequiresNixFact]
    public async Task Closures_are_compared_as_nix_compares_them()
    {
        var big = new string('x', 20_000);
        var library = await _program.AddTextAsync("lib-1.0", "a");
        var grown = await _program.AddTextAsync("lib-1.0", big);
        var newer = await _program.AddTextAsync("tool-2.1-bin", big[..9_300]);
        var older = await _program.AddTextAsync("tool-2.0-bin", "o");
        var plain = await _program.AddTextAsync("plain", "p");
        var first = await _program.AddTextAsync("app", "1", library, older, plain);
        var second = await _program.AddTextAsync("app", "2", grown, newer, library);
        foreach (var (before, after) in new[] { (first, second), (second, first), (first, first), (plain, second) })
        {
            Assert.Equal(
                await _program.NixAsync("store", "diff-closures", before, after),
                await _program.DoneAsync("diff-closures", before, after)
            );
        }
        var change = (await _program.JsonAsync("diff-closures", first, second)).EnumerateArray().Last();
        Assert.Equal("tool", change.GetProperty("name").GetString());
        Assert.Equal("2.1", Assert.Single(change.GetProperty("added").EnumerateArray()).GetString());
    }

    public void Dispose() => _program.Dispose();

    private static string Quiet((int Code, string Out, string Error) answer) => answer.Out;

    private static IEnumerable<string> Sizes(JsonElement paths) =>
        paths
            .EnumerateArray()
            .Select(path =>
                $"{path.GetProperty("path")} {path.GetProperty("narSize")} {path.GetProperty("closureSize")}"
            )
            .Order(StringComparer.Ordinal);

    /// <summary>Adds files with references, as a build would.</summary>
    private async Task<string> BuiltAsync(string name, string files, string reference)
    {
        var path = $"/nix/store/{new string('1', 32)}-{name}";
        var nar = _program.Work("x.nar");
        var plain = (await _program.DoneAsync("add", files)).Trim();
        var info = await _program.JsonAsync("query", "--info", plain);
        var dumped = await _program.DumpAsync(plain);
        await File.WriteAllBytesAsync(nar, dumped);
        await File.WriteAllTextAsync(
            _program.Work("x.narinfo"),
            $"StorePath: {path}\nURL: x.nar\nCompression: none\nNarHash: {info[0].GetProperty("narHash").GetString()}\n"
                + $"NarSize: {dumped.Length}\nReferences: {reference["/nix/store/".Length..]}\n"
        );
        await _program.DoneAsync("add-nar", nar, "--info", _program.Work("x.narinfo"));
        return path;
    }

    private async Task<List<string>> GraphAsync(int seed, int count)
    {
        var random = new Random(seed);
        var paths = new List<string>();
        for (var i = 0; i < count; i++)
        {
            string[] references = [.. paths.Where((_, at) => at == i - 1 || random.Next(paths.Count) < 2)];
            var text = $"{i}\n{string.Join("\n-- \t --\n", references)}";
            paths.Add(await _program.AddTextAsync($"p{i}", text, references));
        }
        return paths;
    }
}
