using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>The stores of a stopped farm, seen by the real Nix through their physical roots.</summary>
public sealed class StoppedStoreTests(SmallExample example) : IClassFixture<SmallExample>
{
    [FarmProcessFact]
    public async Task Real_nix_finds_nothing_wrong_with_any_store()
    {
        foreach (var node in SmallExample.Nodes)
            await example.Farm.AssertValidAsync(node, []);
    }

    [FarmProcessFact]
    public async Task Real_nix_and_farm_store_query_tell_the_same_requisites()
    {
        foreach (var node in SmallExample.Nodes)
        {
            using var nix = RealNix.OnStoreAt(example.Farm.DataDirectory(node));
            var paths = Paths(node);
            var theirs = await nix.RequisitesAsync([.. paths.Select(StoreDir.Default.ParsePath)], example.Farm.Ct);
            Assert.Equal(
                theirs.Select(StoreDir.Default.Print).Order(StringComparer.Ordinal),
                (await QueryAsync(node, ["--requisites", .. paths])).Order(StringComparer.Ordinal)
            );
        }
    }

    [FarmProcessFact]
    public async Task Real_nix_and_farm_store_query_tell_the_same_of_every_path()
    {
        foreach (var node in SmallExample.Nodes)
        {
            using var nix = RealNix.OnStoreAt(example.Farm.DataDirectory(node));
            var paths = Paths(node);
            var ours = await QueryAsync(node, ["--info", .. paths]);
            foreach (var path in paths)
            {
                var at = ours.ToList().IndexOf($"path        {path}");
                Assert.Equal($"narHash     {await TellAsync("--hash")}", ours[at + 1]);
                Assert.Equal($"narSize     {await TellAsync("--size")}", ours[at + 2]);
                var references = (await TellAsync("--references")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                Assert.Equal(
                    references.Order(StringComparer.Ordinal),
                    ours[at + 3]["references".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                );

                async Task<string> TellAsync(string what) =>
                    (await nix.RunAsync("nix-store", ["--query", what, path], example.Farm.Ct)).TrimEnd('\n');
            }
        }
    }

    private string[] Paths(string node) =>
        [.. example.Farm.Registered(node).Order(StringComparer.Ordinal).Select(name => $"/nix/store/{name}")];

    private async Task<IReadOnlyList<string>> QueryAsync(string node, string[] arguments)
    {
        var root = example.Farm.DataDirectory(node);
        var (exitCode, run) = await example.Farm.RunAsync(["store", "query", "--store", root, .. arguments]);
        Assert.True(exitCode == 0, run.Told);
        return run.Out;
    }
}
