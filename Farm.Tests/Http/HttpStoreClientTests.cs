using System.Net;
using System.Text;
using Farm.Http;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using static Farm.Tests.Http.Caches.BinaryCacheEndpointsTests;

namespace Farm.Tests.Http;

public sealed class HttpStoreClientTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task A_path_goes_from_one_store_to_another_with_its_references()
    {
        await using var from = await StoreServer.StartAsync();
        await using var to = await StoreServer.StartAsync();
        var first = await AddAsync(from, "first", "one");
        var second = await AddAsync(from, "second", $"needs {from.Store.StoreDir.Print(first.Path)}", first.Path);

        Assert.True(await UploadAsync(from, to, first));
        Assert.True(await UploadAsync(from, to, second));
        Assert.False(await UploadAsync(from, to, second));

        var arrived = await to.Store.QueryAsync(second.Path, s_ct);
        Assert.Equal(second.NarHash, arrived!.NarHash);
        Assert.Equal(second.References, arrived.References);
        Assert.Equal(second.ContentAddress, arrived.ContentAddress);
    }

    [Fact]
    public async Task A_path_whose_reference_is_missing_is_refused_with_409()
    {
        await using var from = await StoreServer.StartAsync();
        await using var to = await StoreServer.StartAsync();
        var first = await AddAsync(from, "first", "one");
        var second = await AddAsync(from, "second", "two", first.Path);
        var refused = await Assert.ThrowsAsync<HttpStoreException>(() => UploadAsync(from, to, second));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains(first.Path.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Null(await to.Store.QueryAsync(second.Path, s_ct));
    }

    [Fact]
    public async Task Contents_that_do_not_match_are_refused_with_422_and_leave_nothing()
    {
        await using var from = await StoreServer.StartAsync();
        await using var to = await StoreServer.StartAsync();
        var info = await AddAsync(from, "first", "one");
        var lie = new PathInfo
        {
            Path = info.Path,
            NarHash = Sha256Digest.Compute("something else"u8),
            NarSizeBytes = info.NarSizeBytes,
        };
        var refused = await Assert.ThrowsAsync<HttpStoreException>(() => UploadAsync(from, to, lie));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.False(refused.IsTransient);
        Assert.Null(await to.Store.QueryAsync(info.Path, s_ct));
        Assert.False(Directory.Exists(to.Store.Layout.ToPhysical(info.Path)));
    }

    [Fact]
    public async Task A_file_larger_than_the_servers_usual_limit_is_taken()
    {
        await using var from = await StoreServer.StartAsync();
        await using var to = await StoreServer.StartAsync();
        var file = from.Temporary.Work("large");
        await File.WriteAllBytesAsync(file, new byte[40 * 1024 * 1024]);
        var info = await from.Store.AddFileTreeAsync(
            StorePathName.Parse("large"),
            file,
            ContentAddressMethod.Nar,
            HashAlgorithm.Sha256,
            s_ct
        );
        Assert.True(await UploadAsync(from, to, info));
        Assert.Equal(info.NarHash, (await to.Store.QueryAsync(info.Path, s_ct))!.NarHash);
    }

    [Fact]
    public async Task What_is_missing_is_what_is_not_valid_there()
    {
        await using var server = await StoreServer.StartAsync();
        var there = (await AddAsync(server, "there", "one")).Path;
        var absent = StorePath.Parse("00000000000000000000000000000000-absent");
        Assert.Equal([absent], await server.Client.MissingAsync([there, absent], s_ct));
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_null()
    {
        await using var server = await StoreServer.StartAsync();
        Assert.Null(await server.Client.QueryAsync(StorePath.Parse("00000000000000000000000000000000-absent"), s_ct));
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_an_error_that_may_pass()
    {
        Uri address;
        await using (var server = await StoreServer.StartAsync())
            address = server.Address;
        using var http = new HttpClient();
        var client = new HttpStoreClient(http, address, StoreDir.Default);
        var failed = await Assert.ThrowsAsync<HttpStoreException>(() =>
            client.QueryAsync(StorePath.Parse("00000000000000000000000000000000-absent"), s_ct)
        );
        Assert.True(failed.IsTransient);
    }

    [Theory]
    [InlineData("upload/no-store-path", "", HttpStatusCode.BadRequest)]
    [InlineData("upload/00000000000000000000000000000000-x", "no narinfo\n\n", HttpStatusCode.BadRequest)]
    [InlineData("upload/00000000000000000000000000000000-x", "StorePath: /nix/store/", HttpStatusCode.BadRequest)]
    public async Task A_malformed_upload_is_refused_with_400(string url, string body, HttpStatusCode expected)
    {
        await using var server = await StoreServer.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        using var response = await server.Http.PutAsync(new Uri(server.Address, url), content);
        Assert.Equal(expected, response.StatusCode);
        Assert.Empty(await server.Store.AllValidAsync(s_ct));
    }

    [Fact]
    public async Task A_malformed_NAR_is_refused_with_400_and_leaves_nothing()
    {
        await using var from = await StoreServer.StartAsync();
        await using var to = await StoreServer.StartAsync();
        var info = await AddAsync(from, "first", "one");
        var refused = await Assert.ThrowsAsync<HttpStoreException>(() =>
            to.Client.UploadAsync(
                info,
                async (body, ct) => await body.WriteAsync(new byte[info.NarSizeBytes], ct),
                s_ct
            )
        );
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Empty(await to.Store.AllValidAsync(s_ct));
    }

    private static Task<bool> UploadAsync(StoreServer from, StoreServer to, PathInfo info) =>
        to.Client.UploadAsync(info, (body, ct) => from.Store.DumpNarAsync(info.Path, body, ct), s_ct);
}
