using System.Text;
using Farm.Protocol;
using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Tests.Worker.Actors;
using Farm.Tests.Worker.Execution;
using Farm.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Farm.Tests.Worker;

public sealed class WorkerNodeTests : IAsyncLifetime
{
    private const string Name = "w1";
    private WorkerBench _bench = null!; // InitializeAsync sets it

    public async Task InitializeAsync() => _bench = await WorkerBench.StartAsync();

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [SandboxFact]
    public async Task A_build_ends_with_its_output_in_the_coordinators_store()
    {
        await using var worker = await ConnectAsync();
        var order = _bench.Order("hello", "echo building; echo made > $out");
        var built = Assert.IsType<BuildOutcome.Built>(await _bench.BuildAsync(order));
        var output = FakeStore.PathOf("hello");
        Assert.Equal(output, Assert.Single(built.Outputs).Path);
        Assert.NotNull(await _bench.Store.QueryAsync(output, CancellationToken.None));
        Assert.Equal("made\n", await File.ReadAllTextAsync(_bench.Store.Layout.ToPhysical(output)));
    }

    [SandboxFact]
    public async Task The_log_comes_before_the_outcome()
    {
        await using var worker = await ConnectAsync();
        await _bench.Coordinator.DesireAsync(_bench.Order("talk", "echo one; echo two >&2; echo > $out"));
        var log = new MemoryStream();
        while (log.Length < "one\ntwo\n".Length)
            log.Write((await _bench.Coordinator.HearAsync<WorkerMessage.LogChunk>(_ => true)).Bytes.Span);
        Assert.Equal("one\ntwo\n", Encoding.UTF8.GetString(log.ToArray()));
    }

    [SandboxFact]
    public async Task A_builder_that_fails_is_reported_with_its_code_and_last_lines()
    {
        await using var worker = await ConnectAsync();
        var outcome = await _bench.BuildAsync(_bench.Order("fail", "echo first; echo last; exit 3"));
        var failed = Assert.IsType<BuildOutcome.BuilderFailed>(outcome);
        Assert.Equal(new ProcessEnd.Exited(3), failed.End);
        Assert.Equal<string>(["first", "last"], failed.LastLines);
    }

    [SandboxFact]
    public async Task A_builder_that_makes_no_output_is_rejected()
    {
        await using var worker = await ConnectAsync();
        var outcome = await _bench.BuildAsync(_bench.Order("nothing", "true"));
        var rejected = Assert.IsType<BuildOutcome.OutputRejected>(outcome);
        Assert.Contains("failed to produce", rejected.Reason, StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task An_output_that_others_may_write_to_is_rejected()
    {
        await using var worker = await ConnectAsync();
        var outcome = await _bench.BuildAsync(_bench.Order("open", "echo x > $out; /bin/sh -c 'chmod 666 '$out"));
        Assert.IsType<BuildOutcome.OutputRejected>(outcome);
    }

    [SandboxFact]
    public async Task A_fixed_output_with_other_contents_is_reported_with_both_hashes()
    {
        await using var worker = await ConnectAsync();
        var wanted = Sha256Digest.Compute("wanted"u8).ToHash();
        var address = ContentAddress.Create(ContentAddressMethod.Flat, wanted);
        var path = StorePathMaker.FromContentAddress(
            StoreDir.Default,
            StorePathName.Parse("fixed"),
            address,
            [],
            hasSelfReference: false
        );
        var request = WorkerBench.Request("fixed", "printf other > $out", new RequestedOutput("out", path, address));
        var mismatch = Assert.IsType<BuildOutcome.HashMismatch>(await _bench.BuildAsync(_bench.Order(request)));
        Assert.Equal(wanted.Print(HashFormat.Sri), mismatch.Expected);
        Assert.Equal(Sha256Digest.Compute("other"u8).ToHash().Print(HashFormat.Sri), mismatch.Actual);
    }

    [SandboxFact]
    public async Task Inputs_are_fetched_and_found_again_as_references()
    {
        var input = await _bench.AddTextAsync("input.txt", "from the coordinator\n");
        await using var worker = await ConnectAsync();
        var order = _bench.Order(
            "uses-input",
            $"while read line; do echo $line; done < /nix/store/{input.Path} > $out; echo /nix/store/{input.Path} >> $out",
            new InputHolders(input.Path, [])
        );
        var built = Assert.IsType<BuildOutcome.Built>(await _bench.BuildAsync(order));
        Assert.Equal([input.Path], built.Outputs[0].References.AsEnumerable());
    }

    [SandboxFact]
    public async Task An_input_comes_from_another_node_where_that_has_it()
    {
        var input = await _bench.AddTextAsync("shared.txt", "shared\n");
        await using (var first = await ConnectAsync("w1"))
        {
            await _bench.BuildAsync(_bench.Order("first", "echo > $out", new InputHolders(input.Path, [])));
            // The second worker gets everything that can be had from the first: the coordinator's archives are cut off.
            await using var second = await ConnectAsync("w2");
            var order = _bench.Order("second", "echo > $out", new InputHolders(input.Path, [first.CacheUrl]));
            _bench.Coordinator.ServesArchives = false;
            Assert.IsType<BuildOutcome.Built>(await _bench.BuildAsync(order));
        }
    }

    [SandboxFact]
    public async Task A_holder_that_sends_something_else_is_passed_over()
    {
        var input = await _bench.AddTextAsync("good.txt", "good\n");
        await using var liar = await FakeCoordinator.StartAsync(web =>
            web.MapGet("/nar/{file}", () => Results.Bytes(new byte[120]))
        );
        await using var worker = await ConnectAsync();
        var order = _bench.Order("honest", "echo > $out", new InputHolders(input.Path, [liar.Url]));
        Assert.IsType<BuildOutcome.Built>(await _bench.BuildAsync(order));
        var copy = Path.Combine(_bench.StoreDirectory(Name), input.Path.ToString());
        Assert.Equal("good\n", await File.ReadAllTextAsync(copy));
    }

    [SandboxFact]
    public async Task A_cancelled_build_leaves_nothing_behind()
    {
        await using var worker = await ConnectAsync();
        var order = _bench.Order("endless", "echo begun; while true; do sleep 1; done");
        await _bench.Coordinator.DesireAsync(order);
        await _bench.Coordinator.HearAsync<WorkerMessage.LogChunk>(_ => true);
        Assert.NotEmpty(Scratch());
        await _bench.Coordinator.DesireAsync();
        await _bench.Coordinator.HearAsync<WorkerMessage.CurrentState>(state => state.Attempts.IsEmpty);
        Assert.Empty(Scratch());
    }

    [SandboxFact]
    public async Task A_stop_in_the_middle_of_a_build_leaves_nothing_behind()
    {
        await using (var worker = await ConnectAsync())
        {
            var order = _bench.Order("endless", "echo begun; while true; do sleep 1; done");
            await _bench.Coordinator.DesireAsync(order);
            await _bench.Coordinator.HearAsync<WorkerMessage.LogChunk>(_ => true);
        }

        Assert.Empty(Scratch());
    }

    [SandboxFact]
    public async Task What_a_killed_worker_left_is_removed_at_the_next_start()
    {
        await using (await ConnectAsync()) { }
        var scratch = Path.Combine(_bench.StoreDirectory(Name), $"{FakeStore.PathOf("killed.drv")}.chroot");
        Directory.CreateDirectory(Path.Combine(scratch, "build", "deep"));
        var log = Path.Combine(_bench.DataDirectory(Name), "logs", "old.log");
        await File.WriteAllTextAsync(log, "left over");
        await using (await ConnectAsync())
        {
            Assert.Empty(Scratch());
            Assert.False(File.Exists(log));
        }
    }

    [SandboxFact]
    public async Task An_output_that_is_also_a_file_outside_leaves_nothing_behind()
    {
        await using var worker = await ConnectAsync();
        var order = _bench.Order("linked", "cd /nix/store; echo x > outside; ln outside $out");
        Assert.IsType<BuildOutcome.Built>(await _bench.BuildAsync(order));
        Assert.Empty(Scratch());
    }

    [SandboxFact]
    public async Task What_was_built_before_is_not_built_again()
    {
        await using var worker = await ConnectAsync();
        await _bench.BuildAsync(_bench.Order("once", "echo made > $out"));
        var again = Assert.IsType<BuildOutcome.Built>(await _bench.BuildAsync(_bench.Order("once", "exit 1")));
        Assert.Equal(TimeSpan.Zero, again.WallTime);
    }

    [SandboxFact]
    public async Task A_failure_of_the_workers_decisions_is_the_nodes()
    {
        var clock = new BreakableClock();
        await using var worker = await _bench.StartWorkerAsync(Name, clock);
        await _bench.Coordinator.WelcomeAsync();
        clock.Break();
        var failure = await Assert.ThrowsAsync<VitalActorException>(() => worker.WhenFailed);
        Assert.Contains("worker", failure.Message, StringComparison.Ordinal);
    }

    private string[] Scratch() => Directory.GetDirectories(_bench.StoreDirectory(Name), "*.chroot");

    private async Task<WorkerNode> ConnectAsync(string name = Name)
    {
        var worker = await _bench.StartWorkerAsync(name);
        await _bench.Coordinator.WelcomeAsync();
        return worker;
    }
}
