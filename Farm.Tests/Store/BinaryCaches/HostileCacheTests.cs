using Farm.Store.Compressing;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Microsoft.AspNetCore.Http;

namespace Farm.Tests.Store.BinaryCaches;

/// <summary>All that a bad cache can do is to be refused: nothing of what it sends stays, and nobody waits for it for ever.</summary>
public sealed class HostileCacheTests
{
    private static readonly byte[] s_good = NarTexts.File("contents"u8.ToArray());
    private static readonly StorePath s_path = CacheServer.PathOf("x");

    private static readonly Dictionary<string, (Action<CacheServer> Serve, string Reason)> s_cases = new()
    {
        ["wrong hash"] = (
            server => server.Add("x", s_good, lie: info => info with { NarHash = Sha256Digest.Compute("other"u8) }),
            "do not match"
        ),
        ["size too small"] = (
            server => server.Add("x", s_good, lie: info => info with { NarSizeBytes = info.NarSizeBytes - 8 }),
            "more than"
        ),
        ["size too large"] = (
            server => server.Add("x", s_good, lie: info => info with { NarSizeBytes = info.NarSizeBytes + 8 }),
            "do not match"
        ),
        ["more than the disk holds"] = (
            server => server.Add("x", s_good, lie: info => info with { NarSizeBytes = long.MaxValue }),
            "are free"
        ),
        ["no archive at all"] = (server => server.Add("x", new byte[200]), "x"),
        ["name with .."] = (server => server.Add("x", NarTexts.Directory("..")), "name"),
        ["name with a slash"] = (server => server.Add("x", NarTexts.Directory("../../evil")), "name"),
        ["absolute name"] = (server => server.Add("x", NarTexts.Directory("/etc/evil")), "name"),
        ["empty name"] = (server => server.Add("x", NarTexts.Directory("")), "name"),
        ["name with NUL"] = (server => server.Add("x", NarTexts.Directory("a\0b")), "name"),
        ["name too long"] = (server => server.Add("x", NarTexts.Directory(new string('a', 256))), "256"),
        ["the same name twice"] = (server => server.Add("x", NarTexts.Directory("a", "a")), "'a'"),
        ["names out of order"] = (server => server.Add("x", NarTexts.Directory("b", "a")), "'a'"),
        ["archive missing"] = (
            server =>
            {
                server.Add("x", s_good);
                server.Files.TryRemove("nar/x", out _);
            },
            "not there"
        ),
        ["unsigned"] = (
            server => server.Add("x", s_good, lieUnsigned: info => Changed(info, one => one with { Signatures = [] })),
            "no trusted key"
        ),
        ["references not signed"] = (
            server =>
                server.Add(
                    "x",
                    s_good,
                    lieUnsigned: info => Changed(info, one => one with { References = [CacheServer.PathOf("y")] })
                ),
            "no trusted key"
        ),
        ["signature of another path"] = (
            server =>
            {
                var other = server.Add("y", s_good);
                server.Add(
                    "x",
                    s_good,
                    lieUnsigned: info => Changed(info, one => one with { Signatures = other.Signatures })
                );
            },
            "no trusted key"
        ),
        ["signature of no length"] = (
            server =>
                server.Add(
                    "x",
                    s_good,
                    lieUnsigned: info => Changed(info, one => one with { Signatures = ["cache-1:AAAA"] })
                ),
            "cache-1"
        ),
        ["content address that is a lie"] = (
            server =>
                server.Add(
                    "x",
                    s_good,
                    lieUnsigned: info =>
                        Changed(
                            info,
                            one =>
                                one with
                                {
                                    Signatures = [],
                                    ContentAddress = ContentAddress.Create(
                                        ContentAddressMethod.Nar,
                                        info.Info.NarHash.ToHash()
                                    ),
                                }
                        )
                ),
            "no trusted key"
        ),
        ["narinfo of another path"] = (
            server =>
            {
                var other = server.Add("y", s_good);
                server.Files[$"{s_path.Hash}.narinfo"] = server.Files[$"{other.Path.Hash}.narinfo"];
            },
            "another path"
        ),
        ["narinfo of another name"] = (
            server => server.Add("x", s_good, lie: info => info with { Path = StorePath.Parse($"{s_path.Hash}-y") }),
            "another path"
        ),
        ["endless narinfo"] = (
            server => server.Files[$"{s_path.Hash}.narinfo"] = Endless("Some: more of it\n"u8.ToArray()),
            "longer than"
        ),
        ["malformed narinfo"] = (server => server.Serve($"{s_path.Hash}.narinfo", "<html>\n"u8.ToArray()), "<html>"),
        ["archive on another host"] = (
            server => server.Add("x", s_good, lieUnsigned: info => info with { Url = "http://127.0.0.1:9/x.nar" }),
            "not on its own server"
        ),
        ["archive in a file"] = (
            server => server.Add("x", s_good, lieUnsigned: info => info with { Url = "file:///etc/passwd" }),
            "not on its own server"
        ),
        ["redirects in a circle"] = (
            server =>
            {
                server.Add("x", s_good);
                server.Files["nar/x"] = Redirect("/nar/x");
            },
            "redirects"
        ),
        ["redirect to a file"] = (
            server =>
            {
                server.Add("x", s_good);
                server.Files["nar/x"] = Redirect("file:///etc/passwd");
            },
            "redirects"
        ),
        ["length beyond the contents"] = (
            server =>
            {
                server.Add("x", s_good);
                server.Files["nar/x"] = async context =>
                {
                    context.Response.ContentLength = s_good.Length;
                    await context.Response.Body.WriteAsync(s_good.AsMemory(0, 50));
                    await context.Response.Body.FlushAsync();
                    context.Abort();
                };
            },
            "connection"
        ),
        ["an encoding of an encoding"] = (
            server =>
            {
                server.Add("x", s_good);
                server.Files["nar/x"] = Encoded(CacheServer.Compress(s_good, "gzip"), "gzip, gzip");
            },
            "encodes"
        ),
        ["an unknown encoding"] = (
            server =>
            {
                server.Add("x", s_good);
                server.Files["nar/x"] = Encoded(s_good, "rot13");
            },
            "encodes"
        ),
        ["a narinfo that is a bomb"] = (
            server =>
                server.Files[$"{s_path.Hash}.narinfo"] = Encoded(
                    CacheServer.Compress(new byte[64 << 20], "zstd"),
                    "zstd"
                ),
            "longer than"
        ),
        ["another store directory"] = (
            server =>
            {
                server.Add("x", s_good);
                server.Serve("nix-cache-info", "StoreDir: /gnu/store\n"u8.ToArray());
            },
            "/gnu/store"
        ),
        ["no binary cache"] = (server => server.Files.TryRemove("nix-cache-info", out _), "no binary cache"),
        ["drops of a narinfo"] = (
            server => server.Files[$"{s_path.Hash}.narinfo"] = Dripping("StorePath: /nix/store/"u8.ToArray()),
            "come"
        ),
        ["drops of an archive"] = (
            server =>
            {
                server.Add("x", NarTexts.File(new byte[100_000]));
                server.Files["nar/x"] = Dripping(NarTexts.File(new byte[100_000]));
            },
            "nothing to speak of"
        ),
        ["silence"] = (
            server => server.Files[$"{s_path.Hash}.narinfo"] = context => Task.Delay(-1, context.RequestAborted),
            "cannot be used"
        ),
    };

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    public static TheoryData<string> Compressions =>
        [.. NarCompression.All.Where(one => one != NarCompression.None).Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_bad_cache_is_refused_and_leaves_nothing(string name)
    {
        await using var server = await CacheServer.StartAsync();
        s_cases[name].Serve(server);
        await AssertRefusedAsync(
            server,
            s_cases[name].Reason,
            isSlow: name is "silence" || name.StartsWith("drops", StringComparison.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task A_bomb_is_refused_without_reading_it_to_its_end(string compression)
    {
        await using var server = await CacheServer.StartAsync();
        server.Add("x", NarTexts.File(new byte[16 << 20]), compression, lie: info => info with { NarSizeBytes = 4096 });
        await AssertRefusedAsync(server, "more than 4096 bytes");
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task An_archive_that_is_cut_off_is_refused(string compression)
    {
        await using var server = await CacheServer.StartAsync();
        var noise = new byte[200_000];
        new Random(1).NextBytes(noise);
        var nar = NarTexts.File(noise);
        server.Add("x", nar, compression);
        server.Serve("nar/x", CacheServer.Compress(nar, compression)[..100_000]);
        await AssertRefusedAsync(server, compression == "gzip" ? "bytes" : "cut off");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("xz")]
    [InlineData("zstd")]
    [InlineData("br")]
    [InlineData("bzip2")]
    [InlineData("gzip")]
    public async Task An_endless_archive_is_refused(string compression)
    {
        await using var server = await CacheServer.StartAsync();
        server.Add("x", s_good, compression, lieUnsigned: info => info with { FileSizeBytes = null });
        // Empty members, frames or streams one after the other, where the format has them: much input, no output.
        server.Files["nar/x"] = Endless(
            compression switch
            {
                "none" => s_good,
                "gzip" => CacheServer.Compress([0], compression),
                "br" => new byte[1000],
                _ => CacheServer.Compress([], compression),
            }
        );
        await AssertRefusedAsync(server, "refused");
    }

    [Fact]
    public async Task An_unsigned_cache_cannot_send_us_along_an_endless_chain_of_references()
    {
        await using var server = await CacheServer.StartAsync();
        server.Add(
            "x",
            s_good,
            lieUnsigned: info => Changed(info, one => one with { References = [CacheServer.PathOf("y")] })
        );
        await AssertRefusedAsync(server, "no trusted key");
        Assert.DoesNotContain($"{CacheServer.PathOf("y").Hash}.narinfo", server.Asked);
    }

    [Fact]
    public async Task Paths_that_refer_to_one_another_in_a_circle_are_refused()
    {
        await using var server = await CacheServer.StartAsync();
        server.Add("x", s_good, references: [CacheServer.PathOf("y")]);
        server.Add("y", s_good, references: [CacheServer.PathOf("x")]);
        await AssertRefusedAsync(server, "itself");
    }

    private static async Task AssertRefusedAsync(CacheServer server, string reason, bool isSlow = false)
    {
        await using var bench = await SubstitutersBench.OpenAsync(
            [server],
            settings =>
                isSlow
                    ? settings with
                    {
                        Http = settings.Http with { StalledTimeout = TimeSpan.FromSeconds(1), Attempts = 1 },
                    }
                    : settings
        );
        var unavailable = await bench.RealiseAsync(s_path);
        Assert.Contains(reason, unavailable[s_path], StringComparison.Ordinal);
        await bench.AssertEmptyAsync();
    }

    private static NarInfo Changed(NarInfo narInfo, Func<PathInfo, PathInfo> change) =>
        narInfo with
        {
            Info = change(narInfo.Info),
        };

    private static RequestDelegate Redirect(string to) =>
        context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = to;
            return Task.CompletedTask;
        };

    private static RequestDelegate Encoded(byte[] bytes, string encoding) =>
        async context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            await context.Response.Body.WriteAsync(bytes);
        };

    private static RequestDelegate Endless(byte[] piece) =>
        async context =>
        {
            var many = Enumerable
                .Repeat(piece, Math.Max(1, 65536 / Math.Max(1, piece.Length)))
                .SelectMany(x => x)
                .ToArray();
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(many, context.RequestAborted);
        };

    private static RequestDelegate Dripping(byte[] bytes) =>
        async context =>
        {
            foreach (var one in bytes)
            {
                await context.Response.Body.WriteAsync(new[] { one }, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(50, context.RequestAborted);
            }
        };
}
