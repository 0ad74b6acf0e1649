using System.Net.Sockets;
using Farm.Daemon.Building;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Signing;
using Farm.Store.Wire;
using Farm.Tests.Daemon.Support;

namespace Farm.Tests.Daemon.Connections;

public sealed class SessionTests
{
    private static readonly string s_absent = new string('a', 32) + "-absent";

    [Theory]
    [InlineData(25)]
    [InlineData(26)]
    [InlineData(38)]
    public async Task An_error_in_the_work_leaves_the_connection_usable(byte minor)
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, minor);
        var path = StorePath.Parse(s_absent);
        var error = await client.CallAsync(
            WorkerOperation.NarFromPath,
            writer => writer.WritePath(client.Terms.StoreDir, path)
        );
        Assert.Contains("is not valid", error, StringComparison.Ordinal);
        Assert.Null(
            await client.CallAsync(
                WorkerOperation.QueryPathInfo,
                writer => writer.WritePath(client.Terms.StoreDir, path)
            )
        );
        Assert.False(await client.Reader.ReadBoolAsync(default));
    }

    [Fact]
    public async Task Requests_that_come_together_are_answered_in_order_and_before_the_client_is_waited_for()
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 38);
        var path = StorePath.Parse(s_absent);
        await client.SendAsync(writer =>
        {
            for (var i = 0; i < 3; i++)
            {
                WriteRequest(writer, WorkerOperation.IsValidPath, client, path);
                WriteRequest(writer, WorkerOperation.NarFromPath, client, path);
            }
            // The rest of this one comes when the others are answered.
            writer.WriteNumber((ulong)WorkerOperation.IsValidPath);
        });
        for (var i = 0; i < 3; i++)
        {
            await AssertAnsweredNoAsync(client);
            Assert.Contains("is not valid", await client.AnswerAsync(), StringComparison.Ordinal);
        }
        await client.SendAsync(writer => writer.WritePath(client.Terms.StoreDir, path));
        await AssertAnsweredNoAsync(client);
    }

    [Fact]
    public async Task The_answer_to_a_long_operation_does_not_wait_for_the_rest_of_the_next_request()
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 38);
        var path = StorePath.Parse(s_absent);
        await client.SendAsync(writer =>
        {
            writer.WriteNumber((ulong)WorkerOperation.OptimiseStore);
            writer.WriteNumber((ulong)WorkerOperation.IsValidPath);
        });
        Assert.Null(await client.AnswerAsync());
        Assert.True(await client.Reader.ReadBoolAsync(default));
        await client.SendAsync(writer => writer.WritePath(client.Terms.StoreDir, path));
        await AssertAnsweredNoAsync(client);
    }

    [Fact]
    public async Task What_was_asked_before_the_client_stopped_sending_is_answered()
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 38);
        var path = StorePath.Parse(s_absent);
        await client.SendAsync(writer =>
        {
            for (var i = 0; i < 2; i++)
            {
                WriteRequest(writer, WorkerOperation.IsValidPath, client, path);
            }
        });
        client.Socket.Shutdown(SocketShutdown.Send);
        for (var i = 0; i < 2; i++)
        {
            await AssertAnsweredNoAsync(client);
        }
        Assert.True(await client.IsClosedAsync());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(24)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(ulong.MaxValue)]
    public async Task An_operation_that_does_not_exist_ends_that_connection_alone(ulong operation)
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var other = await WireClient.ConnectAsync(daemon, 34);
        await using var client = await WireClient.ConnectAsync(daemon, 38);
        await client.SendAsync(writer => writer.WriteNumber(operation));
        Assert.Equal($"invalid operation {operation}", await client.AnswerAsync());
        Assert.True(await client.IsClosedAsync());
        Assert.Null(await other.CallAsync(WorkerOperation.SyncWithGC));
    }

    [Theory]
    [InlineData(WorkerOperation.IsValidPath)]
    [InlineData(WorkerOperation.QueryValidPaths)]
    [InlineData(WorkerOperation.AddTempRoot)]
    [InlineData(WorkerOperation.BuildPaths)]
    [InlineData(WorkerOperation.QuerySubstitutablePathInfos)]
    public async Task A_length_beyond_all_bounds_ends_the_connection_with_an_error(WorkerOperation operation)
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 38);
        var error = await client.CallAsync(operation, writer => writer.WriteNumber(ulong.MaxValue - 7));
        Assert.Contains("announced", error, StringComparison.Ordinal);
        Assert.True(await client.IsClosedAsync());
    }

    [Fact]
    public async Task What_a_client_adds_stays_until_it_leaves()
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var collector = await WireClient.ConnectAsync(daemon, 34);
        var client = await WireClient.ConnectAsync(daemon, 34);
        var sample = SampleObject.Of(client.Terms.StoreDir, "held", "held");
        await AddingTests.AddNarAsync(client, sample);
        Assert.Null(await client.AnswerAsync());
        Assert.Empty(await CollectAsync(collector));
        await client.DisposeAsync();
        while (daemon.Server.Connections > 1)
            await Task.Yield();
        Assert.Equal([collector.Terms.StoreDir.Print(sample.Info.Path)], await CollectAsync(collector));
    }

    [Fact]
    public async Task A_client_that_leaves_interrupts_what_it_waited_for()
    {
        var begun = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        var builder = new ScriptedBuilder(
            async (_, ct) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                ended.SetResult();
                ct.ThrowIfCancellationRequested();
                return BuildResult.Failed(BuildStatus.MiscFailure, "");
            }
        );
        await using var daemon = await DaemonHarness.StartAsync(builder);
        var client = await WireClient.ConnectAsync(daemon, 34);
        await client.AskAsync(WorkerOperation.BuildPaths, writer => WriteBuild(writer, client));
        await begun.Task;
        await client.DisposeAsync();
        await ended.Task;
    }

    [Fact]
    public async Task What_a_builder_tells_comes_before_the_answer_in_order()
    {
        var builder = new ScriptedBuilder(
            async (log, ct) =>
            {
                var build = await log.StartAsync(Verbosity.Info, ActivityType.Build, "building", ct);
                await log.SetPhaseAsync(build, "unpackPhase", ct);
                for (var i = 0; i < 3; i++)
                    await log.BuildLogLineAsync(build, ByteString.FromUtf8($"line {i}"), ct);
                await log.LineAsync(Verbosity.Info, "said", ct);
                await log.LineAsync(Verbosity.Debug, "not said", ct);
                await log.StopAsync(build, ct);
                return new BuildResult { Status = BuildStatus.Built };
            }
        );
        await using var daemon = await DaemonHarness.StartAsync(builder);
        await using var client = await WireClient.ConnectAsync(daemon, 34);
        Assert.Null(await client.CallAsync(WorkerOperation.BuildPaths, writer => WriteBuild(writer, client)));
        Assert.Equal(1UL, await client.Reader.ReadNumberAsync(default));
        Assert.Equal(["said\n"], client.Lines);
        Assert.Equal(
            [
                StderrFrame.StartActivity,
                StderrFrame.Result,
                StderrFrame.Result,
                StderrFrame.Result,
                StderrFrame.Result,
                StderrFrame.StopActivity,
            ],
            client.Frames.Select(frame => frame.Kind)
        );
        Assert.Single(client.Frames.Select(frame => frame.Activity).Distinct());
    }

    [Fact]
    public async Task A_failed_build_is_an_error_or_a_result_as_the_operation_has_it()
    {
        var builder = new ScriptedBuilder(
            (_, _) => Task.FromResult(BuildResult.Failed(BuildStatus.PermanentFailure, "it failed"))
        );
        await using var daemon = await DaemonHarness.StartAsync(builder);
        await using var client = await WireClient.ConnectAsync(daemon, 34);
        var error = await client.CallAsync(WorkerOperation.BuildPaths, writer => WriteBuild(writer, client));
        Assert.Equal("it failed", error);
        Assert.Null(
            await client.CallAsync(WorkerOperation.BuildPathsWithResults, writer => WriteBuild(writer, client))
        );
        Assert.Equal(1UL, await client.Reader.ReadNumberAsync(default));
        var result = await client.Reader.ReadKeyedBuildResultAsync(client.Terms, default);
        Assert.Equal(BuildStatus.PermanentFailure, result.Result.Status);
    }

    [Fact]
    public async Task A_trusted_client_sets_what_it_likes_and_an_other_one_is_warned()
    {
        var builder = new ScriptedBuilder((_, _) => Task.FromResult(new BuildResult { Status = BuildStatus.Built }));
        await using var daemon = await DaemonHarness.StartAsync(builder);
        await using var client = await WireClient.ConnectAsync(daemon, 34);
        Assert.Null(await SetOptionsAsync(client));
        Assert.Empty(client.Lines);
        Assert.Null(await client.CallAsync(WorkerOperation.BuildPaths, writer => WriteBuild(writer, client)));
        Assert.Equal("x", builder.Settings!.Overrides["pre-build-hook"]);
        Assert.Equal(TimeSpan.FromSeconds(7), builder.Settings.MaxSilentTime);
        Assert.True(builder.Settings.KeepGoing);

        await using var strict = await DaemonHarness.StartUntrustedAsync();
        await using var other = await WireClient.ConnectAsync(strict, 34);
        Assert.Null(await SetOptionsAsync(other));
        Assert.Contains("pre-build-hook", Assert.Single(other.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Realisations_are_recorded_and_found()
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 34);
        var sample = SampleObject.Of(client.Terms.StoreDir, "out", "out");
        await AddingTests.AddNarAsync(client, sample);
        Assert.Null(await client.AnswerAsync());
        var id = new DerivationOutputId(Hash.Compute(HashAlgorithm.Sha256, "drv"u8), "out");
        var realisation = new Realisation { Id = id, OutPath = sample.Info.Path };
        Assert.Null(
            await client.CallAsync(
                WorkerOperation.RegisterDrvOutput,
                writer => writer.WriteText(RealisationJson.Print(realisation))
            )
        );
        Assert.Null(
            await client.CallAsync(WorkerOperation.QueryRealisation, writer => writer.WriteText(id.ToString()))
        );
        Assert.Equal(1UL, await client.Reader.ReadNumberAsync(default));
        Assert.Equal(RealisationJson.Print(realisation), await client.Reader.ReadTextAsync(default));
    }

    [Fact]
    public async Task Realisations_are_recorded_and_found_by_the_path_of_the_derivation()
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 38, "realisation-with-path-not-hash");
        Assert.True(client.Terms.NamesRealisationsByPath);
        var sample = SampleObject.Of(client.Terms.StoreDir, "out", "out");
        await AddingTests.AddNarAsync(client, sample);
        Assert.Null(await client.AnswerAsync());
        var entry = new BuildTraceEntry
        {
            DrvPath = StorePath.Parse(new string('b', 32) + "-sample.drv"),
            OutputName = "out",
            OutPath = sample.Info.Path,
        };
        entry = entry with { Signatures = [SecretKey.Generate("k").Sign(entry.Fingerprint())] };
        Assert.Null(await client.CallAsync(WorkerOperation.QueryRealisation, writer => WriteKey(writer, client)));
        Assert.Equal(0UL, await client.Reader.ReadNumberAsync(default));
        Assert.Null(await client.CallAsync(WorkerOperation.RegisterDrvOutput, writer => WriteEntry(writer, client)));
        Assert.Null(await client.CallAsync(WorkerOperation.QueryRealisation, writer => WriteKey(writer, client)));
        Assert.Equal(1UL, await client.Reader.ReadNumberAsync(default));
        Assert.Equal(entry.OutPath, await client.Reader.ReadPathAsync(client.Terms.StoreDir, default));
        Assert.Equal(Assert.Single(entry.Signatures), Assert.Single(await client.Reader.ReadTextsAsync(default)));

        await using var strict = await DaemonHarness.StartUntrustedAsync();
        await using var stranger = await WireClient.ConnectAsync(strict, 38, "realisation-with-path-not-hash");
        var refusal = await stranger.CallAsync(
            WorkerOperation.RegisterDrvOutput,
            writer => WriteEntry(writer, stranger)
        );
        Assert.Contains("lacks a signature by a trusted key", refusal, StringComparison.Ordinal);

        void WriteKey(WireWriter writer, WireClient to)
        {
            writer.WritePath(to.Terms.StoreDir, entry.DrvPath);
            writer.WriteText(entry.OutputName);
        }

        void WriteEntry(WireWriter writer, WireClient to)
        {
            WriteKey(writer, to);
            writer.WriteBuildTraceValue(to.Terms.StoreDir, entry);
        }
    }

    private static void WriteBuild(WireWriter writer, WireClient client)
    {
        var drv = StorePath.Parse(new string('b', 32) + "-sample.drv");
        writer.WriteDerivedPaths(client.Terms, [DerivedPath.Of(drv, new OutputsSpec.All())]);
        writer.WriteNumber((ulong)BuildMode.Normal);
    }

    private static Task<string?> SetOptionsAsync(WireClient client) =>
        client.CallAsync(
            WorkerOperation.SetOptions,
            writer =>
            {
                foreach (var number in (ReadOnlySpan<ulong>)[0, 1, 0, (ulong)Verbosity.Info, 1, 7, 1, 7, 0, 0, 2, 1])
                    writer.WriteNumber(number);
                writer.WriteNumber(2);
                writer.WriteText("pre-build-hook");
                writer.WriteText("x");
                writer.WriteText("timeout");
                writer.WriteText("5");
            }
        );

    private static async Task<IReadOnlyList<string>> CollectAsync(WireClient client)
    {
        Assert.Null(
            await client.CallAsync(
                WorkerOperation.CollectGarbage,
                writer =>
                {
                    foreach (var number in (ReadOnlySpan<ulong>)[2, 0, 0, ulong.MaxValue, 0, 0, 0])
                        writer.WriteNumber(number);
                }
            )
        );
        var deleted = await client.Reader.ReadTextsAsync(default);
        await client.Reader.ReadNumberAsync(default);
        Assert.Equal(0UL, await client.Reader.ReadNumberAsync(default));
        return deleted;
    }

    private static void WriteRequest(WireWriter writer, WorkerOperation operation, WireClient client, StorePath path)
    {
        writer.WriteNumber((ulong)operation);
        writer.WritePath(client.Terms.StoreDir, path);
    }

    private static async Task AssertAnsweredNoAsync(WireClient client)
    {
        Assert.Null(await client.AnswerAsync());
        Assert.False(await client.Reader.ReadBoolAsync(default));
    }
}
