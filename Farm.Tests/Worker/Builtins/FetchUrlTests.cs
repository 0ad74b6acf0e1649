using System.Collections.Concurrent;
using System.Text;
using Farm.Store.BinaryCaches;
using Farm.Tests.Store.BinaryCaches;

namespace Farm.Tests.Worker.Builtins;

public sealed class FetchUrlTests
{
    private const string FetchUrl = "builtin:fetchurl";

    [Fact]
    public async Task A_file_is_fetched_through_a_redirect_and_may_be_run()
    {
        await using var server = await CacheServer.StartAsync();
        server.Serve("there", "hello"u8.ToArray());
        server.Files["here"] = context =>
        {
            context.Response.Redirect("/there");
            return Task.CompletedTask;
        };
        using var bench = new BuiltinBench();
        Assert.Equal(0, await FetchAsync(bench, $"{server.Address}/here?x=1", ("executable", "1")));
        Assert.Equal("hello", await File.ReadAllTextAsync(bench.Output));
        Assert.True(File.GetUnixFileMode(bench.Output).HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task An_archive_is_unpacked_and_decompressed_by_its_name()
    {
        await using var server = await CacheServer.StartAsync();
        server.Serve("x.nar.xz", CacheServer.Compress(NarTexts.File("hello"u8.ToArray()), "xz"));
        using var bench = new BuiltinBench();
        Assert.Equal(0, await FetchAsync(bench, $"{server.Address}/x.nar.xz", ("unpack", "1")));
        Assert.Equal("hello", await File.ReadAllTextAsync(bench.Output));
    }

    [Fact]
    public async Task What_a_server_says_is_encoded_stays_as_it_is()
    {
        await using var server = await CacheServer.StartAsync();
        var packed = CacheServer.Compress("hello"u8.ToArray(), "gzip");
        var accepted = new ConcurrentQueue<string>();
        server.Files["x.gz"] = async context =>
        {
            accepted.Enqueue(context.Request.Headers.AcceptEncoding.ToString());
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(packed);
        };
        using var bench = new BuiltinBench();
        Assert.Equal(0, await FetchAsync(bench, $"{server.Address}/x.gz"));
        Assert.Equal(packed, await File.ReadAllBytesAsync(bench.Output));
        Assert.Equal([""], accepted);
    }

    [Fact]
    public async Task Passwords_of_netrc_go_to_their_host()
    {
        await using var server = await CacheServer.StartAsync();
        var heard = new ConcurrentQueue<string>();
        server.Files["x"] = context =>
        {
            heard.Enqueue(context.Request.Headers.Authorization.ToString());
            return Task.CompletedTask;
        };
        using var files = new BuiltinBench();
        await File.WriteAllTextAsync(files.Outside("netrc"), "machine 127.0.0.1\n login me\n password secret\n");
        using var bench = new BuiltinBench(new HttpCacheSettings { Attempts = 1, NetrcFile = files.Outside("netrc") });
        Assert.Equal(0, await FetchAsync(bench, $"{server.Address}/x"));
        Assert.Equal([$"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes("me:secret"))}"], heard);
    }

    [Fact]
    public async Task What_is_not_there_fails_with_its_address()
    {
        await using var server = await CacheServer.StartAsync();
        using var bench = new BuiltinBench();
        Assert.Equal(1, await FetchAsync(bench, $"{server.Address}/x"));
        Assert.Contains($"unable to download '{server.Address}/x'", bench.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_network_nothing_is_asked_for()
    {
        await using var server = await CacheServer.StartAsync();
        server.Serve("x", "hello"u8.ToArray());
        using var bench = new BuiltinBench();
        Assert.Equal(1, await bench.RunAsync(FetchUrl, hasNetwork: false, ("url", $"{server.Address}/x")));
        Assert.Contains("only fixed-output and impure derivations have it", bench.Log, StringComparison.Ordinal);
        Assert.Empty(server.Asked);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("no address")]
    [InlineData("file:///etc/passwd")]
    public async Task Other_addresses_and_files_that_are_no_inputs_fail(string url)
    {
        using var bench = new BuiltinBench();
        Assert.Equal(1, await FetchAsync(bench, url));
        Assert.False(File.Exists(bench.Output));
    }

    [Fact]
    public async Task A_link_in_an_input_leads_to_inputs_only()
    {
        using var bench = new BuiltinBench();
        var (inside, place) = bench.Input("links");
        var (other, otherPlace) = bench.Input("other");
        await File.WriteAllTextAsync(Path.Combine(otherPlace, "file"), "of an input");
        await File.WriteAllTextAsync(bench.Outside("secret"), "secret");
        File.CreateSymbolicLink(Path.Combine(place, "good"), $"{other}/../{Path.GetFileName(other)}/./file");
        File.CreateSymbolicLink(Path.Combine(place, "absolute"), bench.Outside("secret"));
        File.CreateSymbolicLink(Path.Combine(place, "relative"), "../secret");
        File.CreateSymbolicLink(Path.Combine(place, "circle"), "circle");
        Assert.Equal(0, await FetchAsync(bench, $"file://{inside}/good"));
        Assert.Equal("of an input", await File.ReadAllTextAsync(bench.Output));
        File.Delete(bench.Output);
        foreach (var name in (string[])["absolute", "relative", "circle", "../../../../etc/passwd"])
        {
            Assert.Equal(1, await FetchAsync(bench, $"file://{inside}/{name}"));
            Assert.False(File.Exists(bench.Output));
        }
    }

    private static Task<int> FetchAsync(
        BuiltinBench bench,
        string url,
        params (string Name, string Value)[] attributes
    ) => bench.RunAsync(FetchUrl, hasNetwork: true, [("url", url), .. attributes]);
}
