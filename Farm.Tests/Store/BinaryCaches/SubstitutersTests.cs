using System.Collections.Concurrent;
using System.Globalization;
using Farm.Store.BinaryCaches;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.BinaryCaches;

public sealed class SubstitutersTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly StorePath s_path = CacheServer.PathOf("x");

    [Theory]
    [InlineData("none")]
    [InlineData("xz")]
    [InlineData("zstd")]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("bzip2")]
    public async Task A_closure_is_fetched_references_first(string compression)
    {
        await using var server = await CacheServer.StartAsync();
        var z = server.Add("z", NarTexts.File(new byte[300_000]), compression);
        var y = server.Add("y", NarTexts.File("y"u8.ToArray()), compression, [z.Path, CacheServer.PathOf("y")]);
        var x = server.Add("x", NarTexts.Directory("a", "b"), compression, [y.Path, z.Path]);
        await using var bench = await SubstitutersBench.OpenAsync([server]);
        var told = new ConcurrentQueue<SubstitutionProgress>();

        Assert.Empty(await bench.Substituters.RealiseAsync([x.Path], new Listener(told), s_ct));

        Assert.Equal(3, (await bench.Store.AllValidAsync(s_ct)).Count);
        foreach (var info in new[] { x, y, z })
        {
            Assert.True((await bench.Store.CheckContentsAsync(info.Path, s_ct)).IsIntact);
            Assert.Equal(info.Signatures, (await bench.Store.QueryAsync(info.Path, s_ct))!.Signatures);
        }
        Assert.Equal([z.Path, y.Path, x.Path], told.OfType<SubstitutionProgress.Added>().Select(added => added.Path));
        Assert.Equal(
            x.NarSizeBytes + y.NarSizeBytes + z.NarSizeBytes,
            told.OfType<SubstitutionProgress.Received>().Sum(received => received.Bytes)
        );
    }

    [Fact]
    public async Task The_cache_of_lower_priority_is_asked_first_and_the_next_helps_out()
    {
        await using var late = await CacheServer.StartAsync(priority: 50);
        await using var early = await CacheServer.StartAsync(priority: 10);
        var x = late.Add("x", NarTexts.File("x"u8.ToArray()));
        early.Add("x", NarTexts.File("other"u8.ToArray()), lie: info => info with { NarHash = x.NarHash });
        var both = late.Add("both", NarTexts.File("both"u8.ToArray()));
        early.Add("both", NarTexts.File("both"u8.ToArray()));
        await using var bench = await SubstitutersBench.OpenAsync([late, early]);

        Assert.Empty(await bench.RealiseAsync(s_path, both.Path));

        Assert.Contains("nar/both", early.Asked);
        Assert.DoesNotContain("nar/both", late.Asked);
        Assert.Contains("nar/x", early.Asked);
        Assert.Contains("nar/x", late.Asked);
        Assert.Equal(x.NarHash, (await bench.Store.QueryAsync(s_path, s_ct))!.NarHash);
    }

    [Fact]
    public async Task Another_cache_with_other_references_has_those_fetched_too()
    {
        await using var broken = await CacheServer.StartAsync(priority: 10);
        await using var sound = await CacheServer.StartAsync(priority: 20);
        broken.Add("x", NarTexts.File("x"u8.ToArray()));
        broken.Files.TryRemove("nar/x", out _);
        var y = sound.Add("y", NarTexts.File("y"u8.ToArray()));
        sound.Add("x", NarTexts.File("x2"u8.ToArray()), references: [y.Path]);
        await using var bench = await SubstitutersBench.OpenAsync([broken, sound]);
        Assert.Empty(await bench.RealiseAsync(s_path));
        Assert.Equal(2, (await bench.Store.AllValidAsync(s_ct)).Count);
    }

    [Fact]
    public async Task A_trusted_cache_needs_no_signatures()
    {
        await using var server = await CacheServer.StartAsync();
        server.Add(
            "x",
            NarTexts.File("x"u8.ToArray()),
            lieUnsigned: info => info with { Info = info.Info with { Signatures = [] } }
        );
        await using var bench = await SubstitutersBench.OpenAsync([server], parameters: "?trusted=1");
        Assert.Empty(await bench.RealiseAsync(s_path));
    }

    [Fact]
    public async Task What_breaks_off_is_resumed_where_it_was()
    {
        await using var server = await CacheServer.StartAsync();
        var noise = new byte[500_000];
        new Random(2).NextBytes(noise);
        var nar = NarTexts.File(noise);
        server.Add("x", nar);
        var ranges = new ConcurrentQueue<string>();
        server.Files["nar/x"] = async context =>
        {
            var from = 0;
            var range = context.Request.Headers.Range.ToString();
            ranges.Enqueue(range);
            context.Response.Headers.AcceptRanges = "bytes";
            context.Response.Headers.ETag = "\"tag\"";
            if (range.Length > 0)
            {
                from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
                context.Response.StatusCode = 206;
                context.Response.Headers.ContentRange = $"bytes {from}-{nar.Length - 1}/{nar.Length}";
            }
            context.Response.ContentLength = nar.Length - from;
            var end = ranges.Count == 3 ? nar.Length : Math.Min(nar.Length, from + 100_000);
            await context.Response.Body.WriteAsync(nar.AsMemory(from..end));
            await context.Response.Body.FlushAsync();
            if (end < nar.Length)
                context.Abort();
        };
        await using var bench = await SubstitutersBench.OpenAsync([server]);
        Assert.Empty(await bench.RealiseAsync(s_path));
        Assert.Equal(3, ranges.Count);
        Assert.StartsWith("bytes=", ranges.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_ranges_sends_it_again_from_the_beginning()
    {
        await using var server = await CacheServer.StartAsync();
        var noise = new byte[500_000];
        new Random(2).NextBytes(noise);
        var nar = NarTexts.File(noise);
        server.Add("x", nar);
        var times = 0;
        server.Files["nar/x"] = async context =>
        {
            var isLast = ++times == 3;
            context.Response.ContentLength = nar.Length;
            await context.Response.Body.WriteAsync(isLast ? nar : nar.AsMemory(0, 100_000 * times));
            await context.Response.Body.FlushAsync();
            if (!isLast)
                context.Abort();
        };
        await using var bench = await SubstitutersBench.OpenAsync([server]);
        Assert.Empty(await bench.RealiseAsync(s_path));
        Assert.Equal(3, times);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task What_may_pass_is_tried_again(int status)
    {
        await using var server = await CacheServer.StartAsync();
        server.Add("x", NarTexts.File("x"u8.ToArray()));
        FailFirst(server, "nar/x", 2, status);
        await using var bench = await SubstitutersBench.OpenAsync([server]);
        Assert.Empty(await bench.RealiseAsync(s_path));
        Assert.Equal(3, server.Asked.Count(name => name == "nar/x"));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(501)]
    public async Task What_will_not_pass_is_tried_once_and_the_cache_left_alone_for_a_minute(int status)
    {
        await using var server = await CacheServer.StartAsync();
        server.Add("x", NarTexts.File("x"u8.ToArray()));
        var name = $"{s_path.Hash}.narinfo";
        FailFirst(server, name, 1, status);
        var clock = new ShiftedClock();
        await using var bench = await SubstitutersBench.OpenAsync([server], clock: clock);
        Assert.Contains(s_path, (await bench.RealiseAsync(s_path)).Keys);
        Assert.Contains(s_path, (await bench.RealiseAsync(s_path)).Keys);
        Assert.Single(server.Asked, name);
        clock.Shift += TimeSpan.FromSeconds(61);
        Assert.Empty(await bench.RealiseAsync(s_path));
    }

    [Fact]
    public async Task A_cache_that_does_not_answer_is_told_from_one_that_has_not_the_path()
    {
        var server = await CacheServer.StartAsync();
        await using var empty = await CacheServer.StartAsync();
        await using var bench = await SubstitutersBench.OpenAsync([server, empty]);
        var address = server.Address;
        await server.DisposeAsync();
        Assert.Contains(address, (await bench.RealiseAsync(s_path))[s_path], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_refers_to_something_that_cannot_be_asked_for_cannot_either()
    {
        await using var server = await CacheServer.StartAsync();
        server.Add(
            "x",
            NarTexts.File("x"u8.ToArray()),
            lie: info => info with { References = [CacheServer.PathOf("y")] }
        );
        FailFirst(server, $"{CacheServer.PathOf("y").Hash}.narinfo", 1, 400);
        var clock = new ShiftedClock();
        await using var bench = await SubstitutersBench.OpenAsync([server], clock: clock);
        var plan = await bench.Substituters.PlanAsync([s_path], s_ct);
        Assert.Empty(plan.ToFetch);
        Assert.Equal([s_path, CacheServer.PathOf("y")], plan.Unasked.Order());

        // When it answers again, and has it not, that is an answer.
        server.Files.TryRemove($"{CacheServer.PathOf("y").Hash}.narinfo", out _);
        clock.Shift += TimeSpan.FromSeconds(61);
        plan = await bench.Substituters.PlanAsync([s_path], s_ct);
        Assert.Empty(plan.Unasked);
        Assert.Equal("no cache has it", plan.Unavailable[CacheServer.PathOf("y")]);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(403)]
    public async Task Absence_is_remembered_for_its_time_and_presence_for_longer(int status)
    {
        await using var server = await CacheServer.StartAsync();
        var name = $"{s_path.Hash}.narinfo";
        FailFirst(server, name, 1, status);
        var clock = new ShiftedClock();
        await using var bench = await SubstitutersBench.OpenAsync([server], clock: clock);
        Assert.Equal("no cache has it", (await bench.RealiseAsync(s_path))[s_path]);
        server.Add("x", NarTexts.File("x"u8.ToArray()));

        clock.Shift += TimeSpan.FromMinutes(59);
        Assert.Single(await bench.RealiseAsync(s_path));
        Assert.Single(server.Asked, name);

        clock.Shift += TimeSpan.FromMinutes(2);
        Assert.Single((await bench.Substituters.PlanAsync([s_path], s_ct)).ToFetch);
        Assert.Equal(2, server.Asked.Count(asked => asked == name));

        clock.Shift += TimeSpan.FromDays(29);
        Assert.Single((await bench.Substituters.PlanAsync([s_path], s_ct)).ToFetch);
        Assert.Equal(2, server.Asked.Count(asked => asked == name));
    }

    [Fact]
    public async Task A_path_that_a_cache_no_longer_has_is_forgotten()
    {
        await using var server = await CacheServer.StartAsync();
        server.Add("x", NarTexts.File("x"u8.ToArray()));
        await using var bench = await SubstitutersBench.OpenAsync([server]);
        Assert.Single((await bench.Substituters.PlanAsync([s_path], s_ct)).ToFetch);
        server.Files.Clear();
        Assert.Contains("not there", (await bench.RealiseAsync(s_path))[s_path], StringComparison.Ordinal);
        Assert.Equal("no cache has it", (await bench.RealiseAsync(s_path))[s_path]);
    }

    [Fact]
    public async Task Passwords_of_netrc_are_sent_to_their_host_and_not_where_it_redirects()
    {
        await using var server = await CacheServer.StartAsync();
        await using var elsewhere = await CacheServer.StartAsync();
        server.Add("x", NarTexts.File("x"u8.ToArray()));
        var nar = server.Files["nar/x"];
        var heard = new ConcurrentQueue<string>();
        elsewhere.Files["there"] = context =>
        {
            heard.Enqueue(context.Request.Headers.Authorization.ToString());
            return nar(context);
        };
        server.Files["nar/x"] = context =>
        {
            heard.Enqueue(context.Request.Headers.Authorization.ToString());
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = $"{elsewhere.Address}/there";
            return Task.CompletedTask;
        };
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("netrc"), "machine 127.0.0.1\n login me\n password secret\n");
        await using var bench = await SubstitutersBench.OpenAsync(
            [server],
            settings => settings with { Http = settings.Http with { NetrcFile = directory.File("netrc") } }
        );
        Assert.Empty(await bench.RealiseAsync(s_path));
        Assert.Equal([$"Basic {Convert.ToBase64String("me:secret"u8)}", ""], heard);
    }

    [Fact]
    public async Task Who_asks_for_the_same_path_at_once_has_it_fetched_once()
    {
        await using var server = await CacheServer.StartAsync();
        server.Add("x", NarTexts.File(new byte[100_000]));
        await using var bench = await SubstitutersBench.OpenAsync([server]);
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => bench.RealiseAsync(s_path)));
        Assert.All(all, Assert.Empty);
        Assert.Single(server.Asked, "nar/x");
    }

    [Fact]
    public async Task A_cache_in_a_directory_is_fetched_from()
    {
        await using var source = await TemporaryStore.OpenAsync();
        using var directory = new TemporaryDirectory();
        var infos = await CacheBench.FillAsync(source.Store, source.Work("sources"));
        var cache = await CacheBench.OpenAsync(directory.Path);
        foreach (var info in infos)
            await CacheBench.CopyAsync(source.Store, cache, info);
        await using var bench = await SubstitutersBench.OpenAsync(
            [],
            settings => settings with { Caches = [CacheAddress.Parse("file://" + directory.Path)] }
        );
        Assert.Empty(await bench.RealiseAsync(infos[^1].Path));
        Assert.Equal(3, (await bench.Store.AllValidAsync(s_ct)).Count);
    }

    private static void FailFirst(CacheServer server, string name, int times, int status)
    {
        server.Files.TryGetValue(name, out var good);
        var left = times;
        server.Files[name] = context =>
        {
            if (left-- <= 0 && good is not null)
                return good(context);
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "0";
            return Task.CompletedTask;
        };
    }

    private sealed class Listener(ConcurrentQueue<SubstitutionProgress> told) : IProgress<SubstitutionProgress>
    {
        public void Report(SubstitutionProgress value) => told.Enqueue(value);
    }

    /// <summary>The real clock, some time on.</summary>
    private sealed class ShiftedClock : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
    }
}
