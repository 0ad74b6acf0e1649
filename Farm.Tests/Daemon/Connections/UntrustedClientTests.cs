using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Signing;
using Farm.Store.Wire;
using Farm.Tests.Daemon.Support;

namespace Farm.Tests.Daemon.Connections;

public sealed class UntrustedClientTests
{
    private static readonly SigningSettings s_strict = SigningSettings.Default with { RequireSignatures = true };

    [Theory]
    [InlineData(22)]
    [InlineData(34)]
    public async Task A_path_that_nobody_vouches_for_is_refused_whatever_the_client_says(byte minor)
    {
        await using var daemon = await DaemonHarness.StartUntrustedAsync(s_strict);
        await using var client = await WireClient.ConnectAsync(daemon, minor);
        var sample = SampleObject.Of(client.Terms.StoreDir, "sample", "sample");
        await AddingTests.AddNarAsync(client, sample.WithoutAddress('c'));
        var error = await client.AnswerAsync();
        Assert.Contains("has no signature by a trusted key", error, StringComparison.Ordinal);
        Assert.Null(await client.CallAsync(WorkerOperation.SyncWithGC));
    }

    [Fact]
    public async Task A_path_that_follows_from_its_content_is_taken_from_anybody()
    {
        await using var daemon = await DaemonHarness.StartUntrustedAsync(s_strict);
        await using var client = await WireClient.ConnectAsync(daemon, 34);
        var sample = SampleObject.Of(client.Terms.StoreDir, "sample", "sample");
        await AddingTests.AddNarAsync(client, sample with { Info = sample.Info with { IsUltimate = true } });
        Assert.Null(await client.AnswerAsync());
        Assert.False((await daemon.Store.QueryAsync(sample.Info.Path, default))!.IsUltimate);
    }

    [Fact]
    public async Task A_trusted_client_may_do_without_signatures()
    {
        await using var daemon = await DaemonHarness.StartAsync(signing: s_strict);
        await using var client = await WireClient.ConnectAsync(daemon, 34);
        var sample = SampleObject.Of(client.Terms.StoreDir, "sample", "sample").WithoutAddress('c');
        await AddingTests.AddNarAsync(client, sample, skipsSignatures: false);
        Assert.Contains("has no signature", await client.AnswerAsync(), StringComparison.Ordinal);
        await AddingTests.AddNarAsync(client, sample, skipsSignatures: true);
        Assert.Null(await client.AnswerAsync());
    }

    [Fact]
    public async Task Repairing_a_store_is_refused_and_the_client_can_go_on()
    {
        await using var daemon = await DaemonHarness.StartUntrustedAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 34);
        var error = await client.CallAsync(
            WorkerOperation.VerifyStore,
            writer =>
            {
                writer.WriteBool(false);
                writer.WriteBool(true);
            }
        );
        Assert.Equal("you are not privileged to repair paths", error);
        Assert.Null(await client.CallAsync(WorkerOperation.SyncWithGC));
    }

    [Fact]
    public async Task A_log_is_refused_and_drained_and_the_client_can_go_on()
    {
        await using var daemon = await DaemonHarness.StartUntrustedAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 34);
        var error = await client.CallAsync(
            WorkerOperation.AddBuildLog,
            writer =>
            {
                writer.WriteText(new string('b', 32) + "-sample.drv");
                WireClient.WriteFrames(writer, new byte[200_000]);
            }
        );
        Assert.Equal("you are not privileged to add logs", error);
        Assert.Null(await client.CallAsync(WorkerOperation.SyncWithGC));
    }

    [Theory]
    [InlineData(WorkerOperation.AddPermRoot)]
    [InlineData(WorkerOperation.BuildPaths)]
    public async Task Some_refusals_end_the_connection(WorkerOperation operation)
    {
        await using var daemon = await DaemonHarness.StartUntrustedAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 38);
        var path = StorePath.Parse(new string('b', 32) + "-sample");
        var error = await client.CallAsync(
            operation,
            writer =>
            {
                if (operation == WorkerOperation.AddPermRoot)
                {
                    writer.WritePath(client.Terms.StoreDir, path);
                    writer.WriteText("/tmp/root");
                }
                else
                {
                    writer.WriteDerivedPaths(client.Terms, [new DerivedPath.Opaque(path)]);
                    writer.WriteNumber((ulong)BuildMode.Repair);
                }
            }
        );
        Assert.NotNull(error);
        Assert.True(await client.IsClosedAsync());
    }

    [Fact]
    public async Task Only_derivations_whose_paths_follow_from_contents_are_built_without_their_inputs()
    {
        await using var daemon = await DaemonHarness.StartUntrustedAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 34);
        var drvPath = StorePath.Parse(new string('b', 32) + "-sample.drv");
        var derivation = new Derivation
        {
            Name = StorePathName.Parse("sample"),
            Platform = ByteString.FromUtf8("x86_64-linux"),
            Builder = ByteString.FromUtf8("/bin/sh"),
            Outputs = System.Collections.Immutable.ImmutableSortedDictionary<string, DerivationOutput>.Empty.Add(
                "out",
                new DerivationOutput.InputAddressed(StorePath.Parse(new string('c', 32) + "-sample"))
            ),
        };
        var error = await client.CallAsync(
            WorkerOperation.BuildDerivation,
            writer =>
            {
                writer.WritePath(client.Terms.StoreDir, drvPath);
                writer.WriteBasicDerivation(client.Terms.StoreDir, derivation);
                writer.WriteNumber((ulong)BuildMode.Normal);
            }
        );
        Assert.Equal("you are not privileged to build input-addressed derivations", error);
        Assert.Null(await client.CallAsync(WorkerOperation.SyncWithGC));
    }
}
