using System.Net;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Tests.Http.Caches;

public sealed class BinaryCacheEndpointsTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task The_cache_info_names_the_store_directory()
    {
        await using var server = await StoreServer.StartAsync();
        var text = await server.Http.GetStringAsync(new Uri(server.Address, "nix-cache-info"));
        Assert.Contains("StoreDir: /nix/store\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_narinfo_says_what_the_store_knows()
    {
        await using var server = await StoreServer.StartAsync();
        var info = await AddAsync(server, "hello", "hello");
        var text = await server.Http.GetByteArrayAsync(new Uri(server.Address, $"{info.Path.Hash}.narinfo"));
        var parsed = NarInfoParser.Parse(StoreDir.Default, text);
        Assert.Equal(
            (info.Path, info.NarHash, info.NarSizeBytes),
            (parsed.Info.Path, parsed.Info.NarHash, parsed.Info.NarSizeBytes)
        );
        Assert.Equal("none", parsed.Compression);
    }

    [Fact]
    public async Task The_NAR_that_a_narinfo_names_has_its_hash_and_length()
    {
        await using var server = await StoreServer.StartAsync();
        var info = await AddAsync(server, "hello", "hello");
        var narInfo = await server.Client.QueryAsync(info.Path, s_ct);
        using var response = await server.Http.GetAsync(new Uri(server.Address, narInfo!.Url));
        var nar = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(info.NarSizeBytes, response.Content.Headers.ContentLength);
        Assert.Equal(info.NarHash, Sha256Digest.Compute(nar));
    }

    [Fact]
    public async Task A_HEAD_request_gets_the_length_and_no_body()
    {
        await using var server = await StoreServer.StartAsync();
        var info = await AddAsync(server, "hello", "hello");
        var narInfo = await server.Client.QueryAsync(info.Path, s_ct);
        foreach (var file in new[] { $"{info.Path.Hash}.narinfo", narInfo!.Url })
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(server.Address, file));
            using var response = await server.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.True(response.Content.Headers.ContentLength > 0);
            Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("00000000000000000000000000000000.narinfo", HttpStatusCode.NotFound)]
    [InlineData("short.narinfo", HttpStatusCode.BadRequest)]
    [InlineData("e0000000000000000000000000000000.narinfo", HttpStatusCode.BadRequest)]
    [InlineData("nar/00000000000000000000000000000000-0.nar", HttpStatusCode.NotFound)]
    [InlineData("nar/no-name.nar", HttpStatusCode.BadRequest)]
    [InlineData("nar/", HttpStatusCode.NotFound)]
    public async Task What_is_not_there_is_404_and_what_is_no_name_is_400(string file, HttpStatusCode expected)
    {
        await using var server = await StoreServer.StartAsync();
        using var response = await server.Http.GetAsync(new Uri(server.Address, file));
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task The_NAR_of_other_contents_under_the_same_path_is_not_served()
    {
        await using var server = await StoreServer.StartAsync();
        var info = await AddAsync(server, "hello", "hello");
        var other = Sha256Digest.Compute("other"u8).ToNixBase32();
        using var response = await server.Http.GetAsync(new Uri(server.Address, $"nar/{info.Path.Hash}-{other}.nar"));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    internal static Task<PathInfo> AddAsync(
        StoreServer server,
        string name,
        string text,
        params StorePath[] references
    ) => server.Store.AddTextAsync(StorePathName.Parse(name), Encoding.UTF8.GetBytes(text), [.. references], s_ct);
}
