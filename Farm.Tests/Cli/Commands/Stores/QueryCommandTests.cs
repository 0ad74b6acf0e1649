using Farm.Tests.Support;

namespace Farm.Tests.Cli.Commands.Stores;

/// <summary>Each question of <c>farm store query</c>: the same text as the real <c>nix-store --query</c> on the same store.</summary>
public sealed class QueryCommandTests : IDisposable
{
    private const string Expression = """
        let dep = derivation { name = "dep-1.0"; system = "x"; builder = "/bin/sh"; args = [ ./default.nix ]; };
        in derivation { name = "top"; system = "x"; builder = "/bin/sh"; outputs = [ "out" "dev" "bin" ]; inherit dep; words = "a  b"; }
        """;

    private readonly StoreProgram _program = new();

    [RequiresNixFact]
    public async Task Sets_trees_and_graphs_are_those_of_nix_store_in_the_same_order()
    {
        var paths = await SomeGraphAsync(seed: 7);
        string[] questions =
        [
            "--requisites",
            "-R",
            "--references",
            "--referrers",
            "--referrers-closure",
            "--tree",
            "--graph",
            "--graphml",
            "--hash",
            "--size",
            "--deriver",
            "--outputs",
        ];
        foreach (var question in questions)
        {
            await AgreesAsync(question, paths[^1]);
            await AgreesAsync(question, paths[0], paths[9], paths[^3]);
        }
    }

    [RequiresNixFact]
    public async Task Derivations_are_read_as_nix_store_reads_them()
    {
        var (derivation, dependency) = await InstantiateAsync();
        await AgreesAsync(derivation);
        await AgreesAsync("--outputs", derivation, dependency);
        await AgreesAsync("--binding", "words", derivation);
        await AgreesAsync("-b", "name", dependency, derivation);
        await AgreesAsync("--requisites", derivation);
        await AgreesAsync("--requisites", "--include-outputs", derivation);
        await AgreesAsync("--tree", derivation);
        await AgreesAsync("--graphml", derivation);
        await AgreesAsync("--graph", derivation);
        await _program.RefusedAsync("has no environment variable 'absent'", "query", "-b", "absent", derivation);
        await _program.RefusedAsync("is not valid", "query", "--size", "--use-output", derivation);
    }

    [RequiresNixFact]
    public async Task Links_and_paths_inside_of_objects_lead_to_the_object()
    {
        var path = await _program.AddTextAsync("text", "a");
        File.CreateSymbolicLink(_program.Work("result"), path);
        File.CreateSymbolicLink(_program.Work("again"), "result");
        var tree = (await _program.DoneAsync("add", _program.Tree("tree"))).Trim();
        Assert.Equal(path + "\n", await _program.DoneAsync("query", "--resolve", _program.Work("again")));
        await AgreesAsync("--resolve", _program.Work("again"));
        await AgreesAsync("--resolve", tree + "/bin/run");
        await AgreesAsync("--hash", _program.Work("result"), tree + "/bin");
        Assert.Equal(tree + "\n", await _program.DoneAsync("query", "--resolve", _program.Root + tree + "/file"));
    }

    [RequiresNixFact]
    public async Task Roots_are_those_of_nix_store()
    {
        var library = await _program.AddTextAsync("library", "a");
        var program = await _program.AddTextAsync("program", "b", library);
        await _program.AddTextAsync("other", "c");
        Directory.CreateDirectory(_program.Root + "/nix/var/nix/gcroots");
        File.CreateSymbolicLink(_program.Root + "/nix/var/nix/gcroots/kept", program);
        var ours = await _program.DoneAsync("query", "--roots", library);
        Assert.Equal(await _program.NixStoreAsync("--query", "--roots", library), ours);
        Assert.Contains($" -> {program}", ours, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_are_arrays_in_json()
    {
        var library = await _program.AddTextAsync("library", "a");
        var program = await _program.AddTextAsync("program", "b", library);
        var answer = await _program.JsonAsync("query", "--requisites", program);
        Assert.Equal([library, program], answer.EnumerateArray().Select(path => path.GetString()));
    }

    public void Dispose() => _program.Dispose();

    private async Task AgreesAsync(params string[] arguments)
    {
        var theirs = await _program.NixStoreAsync(["--query", .. arguments]);
        Assert.Equal(theirs, await _program.DoneAsync(["query", .. arguments]));
    }

    /// <summary>Forty texts, each of which refers to some of those before it.</summary>
    private async Task<List<string>> SomeGraphAsync(int seed)
    {
        var random = new Random(seed);
        var paths = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            string[] references = [.. paths.Where(_ => random.Next(paths.Count) < 3)];
            paths.Add(await _program.AddTextAsync($"p{i}-1.{i % 3}", $"{i}", references));
        }
        return paths;
    }

    private async Task<(string Derivation, string Dependency)> InstantiateAsync()
    {
        await _program.AddTextAsync("first", "makes the store");
        var file = _program.Work("default.nix");
        await File.WriteAllTextAsync(file, Expression);
        using var nix = RealNix.OnStoreAt(_program.Root);
        var derivation = nix.StoreDir.Print(Assert.Single(await nix.InstantiateAsync(file, [], default)));
        var references = await nix.RunAsync("nix-store", ["--query", "--references", derivation], default);
        return (derivation, references.Split('\n')[0]);
    }
}
