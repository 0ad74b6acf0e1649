using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Wire;
using Farm.Tests.Daemon.Support;

namespace Farm.Tests.Daemon.Connections;

/// <summary>Each way of adding, in the layout of each version.</summary>
public sealed class AddingTests
{
    [Theory]
    [InlineData(18)]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    [InlineData(34)]
    [InlineData(38)]
    public async Task A_path_is_added_from_its_archive_and_read_back(byte minor)
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, minor);
        var sample = SampleObject.Of(daemon.Store.StoreDir, "hello", new string('x', 100_000));
        await AddNarAsync(client, sample);
        Assert.Null(await AnswerNarAsync(client, sample));

        Assert.Null(await client.CallAsync(WorkerOperation.QueryPathInfo, writer => Path(writer, client, sample)));
        Assert.True(await client.Reader.ReadBoolAsync(default));
        var info = await client.Reader.ReadPathInfoAsync(client.Terms, sample.Info.Path, default);
        Assert.Equal(sample.Info, info with { RegistrationTime = sample.Info.RegistrationTime });

        Assert.Null(await client.CallAsync(WorkerOperation.IsValidPath, writer => Path(writer, client, sample)));
        Assert.True(await client.Reader.ReadBoolAsync(default));

        var hashPart = sample.Info.Path.Hash.ToString();
        Assert.Null(
            await client.CallAsync(WorkerOperation.QueryPathFromHashPart, writer => writer.WriteText(hashPart))
        );
        Assert.Equal(sample.Info.Path, await client.Reader.ReadPathAsync(client.Terms.StoreDir, default));

        Assert.Null(await client.CallAsync(WorkerOperation.NarFromPath, writer => Path(writer, client, sample)));
        var archive = new byte[sample.Nar.Length];
        await new RawStream(client.Reader).ReadExactlyAsync(archive);
        Assert.Equal(sample.Nar, archive);

        // What is valid already is not read again, and nothing of it is left in the stream.
        await AddNarAsync(client, sample);
        Assert.Null(await AnswerNarAsync(client, sample));
        Assert.Null(await client.CallAsync(WorkerOperation.SyncWithGC));
        Assert.Equal(1UL, await client.Reader.ReadNumberAsync(default));
    }

    [Theory]
    [InlineData("fixed:r:sha256")]
    [InlineData("fixed:r:sha1")]
    [InlineData("fixed:sha256")]
    [InlineData("text:sha256")]
    public async Task Contents_are_added_under_the_path_that_follows_from_them(string method)
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 34);
        var contents = new byte[2_000_000];
        new Random(1).NextBytes(contents);
        var isArchive = method.Contains(":r:", StringComparison.Ordinal);
        var nar = SampleObject.Archive(contents);
        var how = MethodAlgorithm.Parse(method.Replace("fixed:", "", StringComparison.Ordinal));
        var address = ContentAddress.Create(how.Method, Hash.Compute(how.Algorithm, isArchive ? nar : contents));

        var error = await client.CallAsync(
            WorkerOperation.AddToStore,
            writer =>
            {
                writer.WriteText("sample");
                writer.WriteText(method);
                writer.WriteNumber(0);
                writer.WriteBool(false);
                WireClient.WriteFrames(writer, isArchive ? nar : contents);
            }
        );
        Assert.Null(error);
        var info = await client.Reader.ReadPathInfoAsync(client.Terms, default);
        var name = StorePathName.Parse("sample");
        Assert.Equal(
            StorePathMaker.FromContentAddress(client.Terms.StoreDir, name, address, [], hasSelfReference: false),
            info.Path
        );
        Assert.Equal(Sha256Digest.Compute(nar), info.NarHash);
        Assert.Equal(address, info.ContentAddress);
    }

    [Fact]
    public async Task A_way_of_addressing_that_does_not_exist_leaves_the_connection_usable()
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 38);
        var error = await client.CallAsync(
            WorkerOperation.AddToStore,
            writer =>
            {
                writer.WriteText("sample");
                writer.WriteText("sha256");
                writer.WriteNumber(0);
                writer.WriteBool(false);
                WireClient.WriteFrames(writer, new byte[300_000]);
            }
        );
        Assert.Contains("'sha256' is no way to address contents", error, StringComparison.Ordinal);
        Assert.Null(await client.CallAsync(WorkerOperation.SyncWithGC));
    }

    [Theory]
    [InlineData(true, "sha256", "r:sha256", 0)]
    [InlineData(true, "sha1", "r:sha1", 1)]
    [InlineData(false, "sha256", "sha256", 1)]
    public async Task Old_clients_add_archives_without_their_length(
        bool isRecursive,
        string algorithm,
        string method,
        ulong isFixed
    )
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 21);
        var contents = new byte[70_000];
        var nar = SampleObject.Archive(contents);
        var how = MethodAlgorithm.Parse(method);
        var address = ContentAddress.Create(how.Method, Hash.Compute(how.Algorithm, isRecursive ? nar : contents));
        await client.AskAsync(
            WorkerOperation.AddToStore,
            writer =>
            {
                writer.WriteText("sample");
                writer.WriteNumber(isFixed);
                writer.WriteBool(isRecursive);
                writer.WriteText(algorithm);
                writer.WriteRaw(nar);
                writer.WriteNumber((ulong)WorkerOperation.SyncWithGC); // Follows at once.
            }
        );
        Assert.Null(await client.AnswerAsync());
        Assert.Equal(
            StorePathMaker.Fixed(client.Terms.StoreDir, StorePathName.Parse("sample"), address),
            await client.Reader.ReadPathAsync(client.Terms.StoreDir, default)
        );
        Assert.Null(await client.AnswerAsync());
        Assert.Equal(1UL, await client.Reader.ReadNumberAsync(default));
    }

    [Fact]
    public async Task A_text_is_added_by_old_clients()
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 24);
        var error = await client.CallAsync(
            WorkerOperation.AddTextToStore,
            writer =>
            {
                writer.WriteText("note");
                writer.WriteText("words");
                writer.WriteNumber(0);
            }
        );
        Assert.Null(error);
        var path = await client.Reader.ReadPathAsync(client.Terms.StoreDir, default);
        Assert.Equal("words", await File.ReadAllTextAsync(daemon.Store.Layout.ToPhysical(path)));
    }

    [Fact]
    public async Task Several_paths_come_in_one_operation_also_where_one_is_valid_already()
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 34);
        SampleObject[] samples =
        [
            .. Enumerable
                .Range(0, 5)
                .Select(i => SampleObject.Of(client.Terms.StoreDir, $"sample-{i}", new string('y', i * 40_000))),
        ];
        await AddNarAsync(client, samples[2]);
        Assert.Null(await client.AnswerAsync());
        Assert.Null(await AddMultipleAsync(client, samples));
        foreach (var sample in samples)
            Assert.Equal(sample.Info.NarHash, (await daemon.Store.QueryAsync(sample.Info.Path, default))!.NarHash);
        Assert.Null(await client.CallAsync(WorkerOperation.SyncWithGC));
    }

    [Fact]
    public async Task A_damaged_archive_among_several_is_told_and_those_before_it_stay()
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 38);
        var good = SampleObject.Of(client.Terms.StoreDir, "good", "good");
        var bad = SampleObject.Of(client.Terms.StoreDir, "bad", "bad") with
        {
            Nar = SampleObject.Archive("BAD"u8.ToArray()),
        };
        var error = await AddMultipleAsync(client, good, bad, SampleObject.Of(client.Terms.StoreDir, "rest", "rest"));
        Assert.Contains("do not match", error, StringComparison.Ordinal);
        Assert.NotNull(await daemon.Store.QueryAsync(good.Info.Path, default));
        Assert.Null(await daemon.Store.QueryAsync(bad.Info.Path, default));
        Assert.Null(await client.CallAsync(WorkerOperation.SyncWithGC));
    }

    private static Task<string?> AddMultipleAsync(WireClient client, params SampleObject[] samples) =>
        client.CallAsync(
            WorkerOperation.AddMultipleToStore,
            writer =>
            {
                writer.WriteBool(false);
                writer.WriteBool(true);
                var inside = new System.Buffers.ArrayBufferWriter<byte>();
                var contents = new WireWriter(inside);
                contents.WriteNumber((ulong)samples.Length);
                foreach (var sample in samples)
                {
                    contents.WritePathInfo(PathInfoWire.Newest(client.Terms.StoreDir), sample.Info);
                    contents.WriteRaw(sample.Nar);
                }
                WireClient.WriteFrames(writer, inside.WrittenSpan);
            }
        );

    internal static ValueTask AddNarAsync(WireClient client, SampleObject sample, bool skipsSignatures = true) =>
        client.AskAsync(
            WorkerOperation.AddToStoreNar,
            writer =>
            {
                writer.WritePathInfo(PathInfoWire.Newest(client.Terms.StoreDir), sample.Info);
                writer.WriteBool(false);
                writer.WriteBool(skipsSignatures);
                if (client.Terms.IsAtLeast(23))
                    WireClient.WriteFrames(writer, sample.Nar);
                else if (!client.Terms.IsAtLeast(21))
                    writer.WriteRaw(sample.Nar);
            }
        );

    private static Task<string?> AnswerNarAsync(WireClient client, SampleObject sample)
    {
        var left = sample.Nar.AsMemory();
        return client.AnswerAsync(most =>
        {
            var piece = left[..Math.Min(Math.Min(most, 1_001), left.Length)];
            left = left[piece.Length..];
            return piece;
        });
    }

    private static void Path(WireWriter writer, WireClient client, SampleObject sample) =>
        writer.WritePath(client.Terms.StoreDir, sample.Info.Path);
}
