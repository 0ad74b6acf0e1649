using System.Collections.Immutable;
using Farm.Store.Collector;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Wire;
using Farm.Tests.Daemon.Connections;
using Farm.Tests.Daemon.Support;
using Farm.Tests.Support;
using Farm.Worker.Running;

namespace Farm.Tests.Daemon.Recursive;

/// <summary>What a builder can do with its daemon, and what it tries in vain.</summary>
public sealed class BuilderSessionTests
{
    private const ulong NotTrusted = 2;

    [SandboxFact]
    public async Task Only_what_it_sees_is_valid_and_sent()
    {
        await using var harness = await BuilderHarness.OpenAsync();
        await using var client = await harness.ConnectAsync();
        Assert.Equal(NotTrusted, client.Trust);
        foreach (var (sample, isSeen) in ((SampleObject, bool)[])[(harness.Seen, true), (harness.Unseen, false)])
        {
            Assert.Equal(isSeen, await IsValidAsync(client, sample.Info.Path));
            Assert.Null(await CallAsync(client, WorkerOperation.QueryPathInfo, sample.Info.Path));
            Assert.Equal(isSeen, await client.Reader.ReadBoolAsync(default));
            if (isSeen)
                await client.Reader.ReadPathInfoAsync(client.Terms, sample.Info.Path, default);
            Assert.Equal(isSeen, await CallAsync(client, WorkerOperation.EnsurePath, sample.Info.Path) is null);
            if (isSeen)
                Assert.Equal(1UL, await client.Reader.ReadNumberAsync(default));
        }
        var refused = await CallAsync(client, WorkerOperation.NarFromPath, harness.Unseen.Info.Path);
        Assert.Contains("unknown path", refused, StringComparison.Ordinal);
        Assert.Null(await client.CallAsync(WorkerOperation.QueryAllValidPaths));
        Assert.Equal([harness.Seen.Info.Path], await client.Reader.ReadPathsAsync(StoreDir.Default, default));
        Assert.Null(
            await client.CallAsync(
                WorkerOperation.QueryValidPaths,
                writer =>
                {
                    writer.WritePaths(StoreDir.Default, [harness.Seen.Info.Path, harness.Unseen.Info.Path]);
                    writer.WriteBool(true);
                }
            )
        );
        Assert.Equal([harness.Seen.Info.Path], await client.Reader.ReadPathsAsync(StoreDir.Default, default));
    }

    [SandboxFact]
    public async Task It_is_told_nothing_of_how_a_path_came_to_the_store()
    {
        await using var harness = await BuilderHarness.OpenAsync();
        var recorded = await harness.Store.QueryAsync(harness.Seen.Info.Path, default);
        Assert.NotNull(recorded?.Deriver);
        await using var client = await harness.ConnectAsync();
        Assert.Null(await CallAsync(client, WorkerOperation.QueryPathInfo, harness.Seen.Info.Path));
        Assert.True(await client.Reader.ReadBoolAsync(default));
        var told = await client.Reader.ReadPathInfoAsync(client.Terms, harness.Seen.Info.Path, default);
        Assert.Equal(harness.Seen.Info with { RegistrationTime = DateTimeOffset.UnixEpoch }, told);
        foreach (
            var operation in (WorkerOperation[])[WorkerOperation.QueryReferrers, WorkerOperation.QueryValidDerivers]
        )
        {
            Assert.Null(await CallAsync(client, operation, harness.Seen.Info.Path));
            Assert.Empty(await client.Reader.ReadPathsAsync(StoreDir.Default, default));
        }
    }

    [SandboxFact]
    public async Task What_it_adds_is_shown_and_stays_until_it_ends()
    {
        await using var harness = await BuilderHarness.OpenAsync();
        await using var client = await harness.ConnectAsync();
        var sample = BuilderHarness.Sample("added");
        await AddingTests.AddNarAsync(client, sample);
        Assert.Null(await client.AnswerAsync());
        Assert.Equal([sample.Info.Path], harness.Shown);
        Assert.True(await IsValidAsync(client, sample.Info.Path));
        await using (var other = await harness.ConnectAsync())
            Assert.True(await IsValidAsync(other, sample.Info.Path));
        await CollectAsync(harness);
        Assert.NotNull(await harness.Store.QueryAsync(sample.Info.Path, default));
        await harness.EndAsync();
        await CollectAsync(harness);
        Assert.Null(await harness.Store.QueryAsync(sample.Info.Path, default));
    }

    [SandboxFact]
    public async Task It_adds_nothing_that_refers_to_what_it_does_not_see()
    {
        await using var harness = await BuilderHarness.OpenAsync();
        await using var client = await harness.ConnectAsync();
        var refused = await client.CallAsync(
            WorkerOperation.AddTextToStore,
            writer =>
            {
                writer.WriteText("text");
                writer.WriteText("text");
                writer.WritePaths(StoreDir.Default, [harness.Unseen.Info.Path]);
            }
        );
        Assert.Contains("add what refers to unknown path", refused, StringComparison.Ordinal);
        var sample = BuilderHarness.Sample("added");
        await AddingTests.AddNarAsync(
            client,
            sample with
            {
                Info = sample.Info with { References = [harness.Unseen.Info.Path] },
            }
        );
        Assert.NotNull(await client.AnswerAsync());
        Assert.Null(await client.CallAsync(WorkerOperation.SyncWithGC));
        Assert.Empty(harness.Shown);
    }

    [SandboxFact]
    public async Task It_builds_nothing_that_it_does_not_see_and_nothing_again()
    {
        await using var harness = await BuilderHarness.OpenAsync();
        await using var client = await harness.ConnectAsync();
        Assert.Contains(
            "in recursive Nix because path is unknown",
            await BuildAsync(harness.Unseen.Info.Path, BuildMode.Normal),
            StringComparison.Ordinal
        );
        Assert.Equal("unsupported build mode", await BuildAsync(harness.Seen.Info.Path, BuildMode.Check));
        Assert.NotNull(await BuildAsync(harness.Seen.Info.Path, BuildMode.Repair));
        Assert.True(await client.IsClosedAsync());

        Task<string?> BuildAsync(StorePath path, BuildMode mode) =>
            client.CallAsync(
                WorkerOperation.BuildPaths,
                writer =>
                {
                    writer.WriteDerivedPaths(client.Terms, [new DerivedPath.Opaque(path)]);
                    writer.WriteNumber((ulong)mode);
                }
            );
    }

    /// <summary>What a path refers to is what its adder says; of a derivation, its text has more to say.</summary>
    [SandboxFact]
    public async Task It_builds_nothing_of_what_it_does_not_see()
    {
        await using var harness = await BuilderHarness.OpenAsync();
        await using var client = await harness.ConnectAsync();
        var derivation = OutputPaths.FillIn(
            StoreDir.Default,
            Sample() with
            {
                InputSources = [harness.Unseen.Info.Path],
                Env = ImmutableSortedDictionary<ByteString, ByteString>.Empty.Add(ByteString.FromUtf8("out"), default),
                Outputs = ImmutableSortedDictionary<string, DerivationOutput>.Empty.Add(
                    "out",
                    new DerivationOutput.Deferred()
                ),
            },
            _ => throw new InvalidOperationException("it has no input derivations")
        );
        var fault = await client.CallAsync(
            WorkerOperation.AddTextToStore,
            writer =>
            {
                writer.WriteText("x.drv");
                writer.WriteBytes(DerivationPrinter.Print(StoreDir.Default, derivation));
                writer.WritePaths(StoreDir.Default, []);
            }
        );
        Assert.True(fault is null, fault);
        var drvPath = await client.Reader.ReadPathAsync(StoreDir.Default, default);
        var refused = await client.CallAsync(
            WorkerOperation.BuildPaths,
            writer =>
            {
                writer.WriteDerivedPaths(client.Terms, [DerivedPath.Of(drvPath, new OutputsSpec.All())]);
                writer.WriteNumber((ulong)BuildMode.Normal);
            }
        );
        Assert.Contains($"{harness.Unseen.Info.Path}", refused, StringComparison.Ordinal);
        Assert.Contains("is unknown", refused, StringComparison.Ordinal);
        Assert.Equal([drvPath], harness.Shown);
    }

    [SandboxFact]
    public async Task It_roots_and_collects_nothing()
    {
        await using var harness = await BuilderHarness.OpenAsync();
        await using var client = await harness.ConnectAsync(38);
        Assert.Null(await CallAsync(client, WorkerOperation.AddTempRoot, harness.Unseen.Info.Path));
        await client.Reader.ReadNumberAsync(default);
        Assert.Null(await client.CallAsync(WorkerOperation.AddIndirectRoot, writer => writer.WriteText("/tmp/root")));
        await client.Reader.ReadNumberAsync(default);
        Assert.Null(await client.CallAsync(WorkerOperation.FindRoots));
        Assert.Equal(0UL, await client.Reader.ReadNumberAsync(default));
        Assert.False(
            Directory.Exists($"{harness.Store.Layout.RootsDir}/auto")
                && Directory.EnumerateFileSystemEntries($"{harness.Store.Layout.RootsDir}/auto").Any()
        );
        foreach (var action in (ulong[])[0, 1, 2])
        {
            Assert.Null(await client.CallAsync(WorkerOperation.CollectGarbage, writer => Collect(writer, action)));
            Assert.Empty(await client.Reader.ReadTextsAsync(default));
            Assert.Equal(0UL, await client.Reader.ReadNumberAsync(default));
            await client.Reader.ReadNumberAsync(default);
        }
        // Neither what nobody holds has gone, nor is it held now.
        Assert.NotNull(await harness.Store.QueryAsync(harness.Unseen.Info.Path, default));
        await CollectAsync(harness);
        Assert.Null(await harness.Store.QueryAsync(harness.Unseen.Info.Path, default));
        var refused = await client.CallAsync(
            WorkerOperation.AddPermRoot,
            writer =>
            {
                writer.WritePath(StoreDir.Default, harness.Seen.Info.Path);
                writer.WriteText("/tmp/root");
            }
        );
        Assert.Equal("you are not privileged to create perm roots", refused);

        static void Collect(WireWriter writer, ulong action)
        {
            writer.WriteNumber(action);
            writer.WritePaths(StoreDir.Default, []);
            writer.WriteBool(false);
            writer.WriteNumber(ulong.MaxValue);
            for (var obsolete = 0; obsolete < 3; obsolete++)
                writer.WriteNumber(0);
        }
    }

    [SandboxFact]
    public async Task What_Nix_does_not_do_there_is_refused_and_it_can_go_on()
    {
        await using var harness = await BuilderHarness.OpenAsync();
        await using var client = await harness.ConnectAsync();
        var path = harness.Seen.Info.Path;
        var requests = new Dictionary<WorkerOperation, Action<WireWriter>>
        {
            [WorkerOperation.AddSignatures] = writer =>
            {
                writer.WritePath(StoreDir.Default, path);
                writer.WriteTexts(["key:c2ln"]);
            },
            [WorkerOperation.BuildDerivation] = writer =>
            {
                writer.WritePath(StoreDir.Default, BuilderHarness.Named('b', "x.drv"));
                writer.WriteBasicDerivation(StoreDir.Default, Sample());
                writer.WriteNumber((ulong)BuildMode.Normal);
            },
            [WorkerOperation.RegisterDrvOutput] = writer =>
                writer.WriteText(
                    RealisationJson.Print(
                        new Realisation
                        {
                            Id = DerivationOutputId.Parse($"sha256:{new string('0', 64)}!out"),
                            OutPath = path,
                        }
                    )
                ),
            [WorkerOperation.ImportPaths] = _ => { },
            [WorkerOperation.QueryPathFromHashPart] = writer => writer.WriteText(path.Hash.ToString()),
        };
        foreach (var (operation, write) in requests)
            Assert.Contains(
                "is not supported in recursive Nix",
                await client.CallAsync(operation, write),
                StringComparison.Ordinal
            );
        Assert.True(await IsValidAsync(client, path));
        Assert.NotNull(await client.CallAsync((WorkerOperation)99));
        Assert.True(await client.IsClosedAsync());
    }

    [SandboxFact]
    public async Task A_descriptor_that_it_sends_goes_nowhere()
    {
        await using var harness = await BuilderHarness.OpenAsync();
        await using var client = await harness.ConnectAsync();
        var file = Path.GetTempFileName();
        using var opened = File.OpenHandle(file);
        using var sent = new System.Net.Sockets.SafeSocketHandle(opened.DangerousGetHandle(), ownsHandle: false);
        // The first byte of the operation is the one that the descriptor goes with.
        Assert.Equal(1, (int)WorkerOperation.IsValidPath);
        Assert.True(HelperCalls.TrySend(client.Socket.SafeHandle, sent));
        await client.SendAsync(writer =>
        {
            writer.WriteRaw(new byte[7]);
            writer.WritePath(StoreDir.Default, harness.Seen.Info.Path);
        });
        Assert.Null(await client.AnswerAsync());
        Assert.True(await client.Reader.ReadBoolAsync(default));
        Assert.Single(
            Directory.EnumerateFileSystemEntries("/proc/self/fd"),
            descriptor => new FileInfo(descriptor).LinkTarget == file
        );
        File.Delete(file);
    }

    [SandboxFact]
    public async Task When_it_ends_its_connections_do()
    {
        await using var harness = await BuilderHarness.OpenAsync();
        await using var client = await harness.ConnectAsync();
        await harness.EndAsync();
        Assert.True(await client.IsClosedAsync());
    }

    private static Derivation Sample() =>
        new()
        {
            Name = StorePathName.Parse("x"),
            Platform = ByteString.FromUtf8("x86_64-linux"),
            Builder = ByteString.FromUtf8("/bin/sh"),
            Outputs = ImmutableSortedDictionary<string, DerivationOutput>.Empty.Add(
                "out",
                new DerivationOutput.InputAddressed(BuilderHarness.Named('c', "x"))
            ),
        };

    private static async Task<bool> IsValidAsync(WireClient client, StorePath path)
    {
        Assert.Null(await CallAsync(client, WorkerOperation.IsValidPath, path));
        return await client.Reader.ReadBoolAsync(default);
    }

    private static Task<string?> CallAsync(WireClient client, WorkerOperation operation, StorePath path) =>
        client.CallAsync(operation, writer => writer.WritePath(StoreDir.Default, path));

    private static Task<CollectReport> CollectAsync(BuilderHarness harness) =>
        new GarbageCollector(harness.Store, harness.Store.Collector).CollectAsync(
            new CollectRequest.Collect(null),
            progress: null,
            CancellationToken.None
        );
}
