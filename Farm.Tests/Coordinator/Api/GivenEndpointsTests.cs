using System.Text;
using Farm.Client;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;
using static Farm.Tests.Coordinator.FakeWorker;

namespace Farm.Tests.Coordinator.Api;

/// <summary>Derivations that come without a <c>.drv</c>, and what workers say of them.</summary>
public sealed class GivenEndpointsTests
{
    private static readonly StorePath Drv = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-given.drv");
    private static readonly StorePath Output = StorePath.Parse("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz-given");

    [Fact]
    public async Task One_is_built_from_its_paths_also_by_a_coordinator_that_was_restarted()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var source = await farm.Node.Store.AddTextAsync(
            StorePathName.Parse("source"),
            "contents"u8.ToArray(),
            [],
            farm.Limit
        );
        using (var client = FarmClient.Connect(farm.Node.Address))
            await client.GiveAsync(Drv, Text("", $"\"/nix/store/{source.Path}\""), farm.Limit);
        var build = await farm.SubmitAsync(Drv);
        await farm.StopAsync();
        await farm.StartAgainAsync();
        var folder = Path.Combine(farm.Node.Store.Layout.RootsDir, "farm", $"{build.Id}");
        Assert.True(new FileInfo(Path.Combine(folder, source.Path.ToString())).LinkTarget is not null);

        await using var worker = await farm.ConnectWorkerAsync("w1");
        var work = (await worker.ReceiveWorkAsync()).Single();
        Assert.Equal((Drv, source.Path), (work.Request!.DrvPath, Assert.Single(work.Request.InputPaths)));
        await worker.BuildAsync(work, Drv);
        var end = await farm.EndOfAsync(build.Id);
        Assert.Equal((BuildState.Succeeded, Output), (end.State, end.Roots[0].Outputs["out"]));
        Assert.False(Path.Exists(Path.Combine(folder, source.Path.ToString())));
    }

    [Fact]
    public async Task One_with_input_derivations_is_refused()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        using var client = FarmClient.Connect(farm.Node.Address);
        var input = "(\"/nix/store/3ghsl9sd83mc26i81adpa2fzf3yw4f68-other.drv\",[\"out\"])";
        var refused = await Assert.ThrowsAsync<FarmRefusalException>(() =>
            client.GiveAsync(Drv, Text(input, ""), farm.Limit)
        );
        Assert.Contains("must have paths alone as inputs", refused.Message);
        var malformed = await Assert.ThrowsAsync<FarmRefusalException>(() =>
            client.GiveAsync(Drv, "Derive"u8.ToArray(), farm.Limit)
        );
        Assert.NotEqual(refused.Message, malformed.Message);
    }

    [Fact]
    public async Task What_the_store_has_counts_more()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var stored = await farm.AddDerivationAsync("a");
        using (var client = FarmClient.Connect(farm.Node.Address))
            await client.GiveAsync(stored, Text("", ""), farm.Limit);
        await farm.SubmitAsync(stored);
        await using var worker = await farm.ConnectWorkerAsync("w1");
        var work = (await worker.ReceiveWorkAsync()).Single();
        Assert.Equal(farm.OutputOf(stored), work.Request!.Outputs[0].Path);
    }

    [Fact]
    public async Task The_outcome_of_an_attempt_is_told_as_the_worker_told_it()
    {
        await using var farm = await CoordinatorHost.StartAsync();
        var drv = await farm.AddDerivationAsync("a");
        await using var worker = await farm.ConnectWorkerAsync("w1");
        var build = await farm.SubmitAsync(drv);
        var work = (await worker.ReceiveWorkAsync()).Single();
        using var client = FarmClient.Connect(farm.Node.Address);
        await Assert.ThrowsAsync<FarmRefusalException>(() => client.OutcomeAsync(work.Attempt, farm.Limit));
        var outcome = new BuildOutcome.TimedOut(TimeLimit.Silent, TimeSpan.FromSeconds(3));
        await worker.ReportAsync(Ended(work, outcome));
        await farm.EndOfAsync(build.Id);
        Assert.Equal(outcome, await client.OutcomeAsync(work.Attempt, farm.Limit));
    }

    private static byte[] Text(string inputs, string sources) =>
        Encoding.UTF8.GetBytes(
            $"Derive([(\"out\",\"/nix/store/{Output}\",\"\",\"\")],[{inputs}],[{sources}],\"x86_64-linux\",\"/bin/sh\",[],[(\"out\",\"/nix/store/{Output}\")])"
        );
}
