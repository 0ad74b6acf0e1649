using System.Net;
using System.Net.Sockets;
using System.Text;
using Farm.Store.Compressing;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Tests.Http.Caches;

public sealed class CacheUploadTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Theory]
    [InlineData("none")]
    [InlineData("xz")]
    [InlineData("zstd")]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("bzip2")]
    public async Task An_archive_and_its_narinfo_become_a_path_that_is_kept(string compression)
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        var upload = await Upload.CreateAsync(cache, "pushed", compression);
        Assert.Equal(HttpStatusCode.Created, (await cache.PutAsync(upload.NarFile, upload.File)).Status);
        using (var head = await cache.SendAsync(HttpMethod.Head, upload.NarFile))
            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await cache.PutAsync(upload.NarInfoFile, upload.NarInfoText)).Status);

        Assert.Equal(upload.Info.NarHash, (await cache.Store.QueryAsync(upload.Info.Path, s_ct))?.NarHash);
        Assert.True(File.Exists($"{cache.Store.Layout.RootsDir}/cache/{upload.Info.Path}") || IsLink(cache, upload));
        Assert.Empty(Waiting(cache));
        // Under the name by which the client remembers it.
        var served = await cache.Http.GetByteArrayAsync(new Uri(cache.Address, upload.NarFile));
        var nar = await ServedCache.DecompressedAsync(NarCompression.Find(compression)!, served);
        Assert.Equal(upload.Info.NarHash, Sha256Digest.Compute(nar));
    }

    [Fact]
    public async Task Nothing_is_taken_without_credentials_nor_where_none_are_configured()
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        var upload = await Upload.CreateAsync(cache, "pushed");
        foreach (var file in new[] { upload.NarFile, upload.NarInfoFile, $"log/{new string('1', 32)}-x.drv" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await cache.PutAsync(file, upload.File, secret: null)).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await cache.PutAsync(file, upload.File, "wrong")).Status);
        }
        Assert.Empty(Waiting(cache));

        await using var closed = await ServedCache.StartAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await closed.PutAsync(upload.NarFile, upload.File)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await closed.PutAsync("nix-cache-info", upload.File)).Status);
    }

    [Fact]
    public async Task Files_are_neither_deleted_nor_posted()
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        var info = await cache.AddTextAsync("text", "some text");
        foreach (var method in new[] { HttpMethod.Delete, HttpMethod.Post, HttpMethod.Patch })
        {
            using var response = await cache.SendAsync(method, $"{info.Path.Hash}.narinfo");
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_narinfo_is_refused_before_its_archive_and_before_its_references()
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        var upload = await Upload.CreateAsync(cache, "pushed");
        var (early, why) = await cache.PutAsync(upload.NarInfoFile, upload.NarInfoText);
        Assert.Equal(HttpStatusCode.Conflict, early);
        Assert.Contains("must be uploaded before", why, StringComparison.Ordinal);

        var missing = StorePath.Parse($"{new string('7', 32)}-missing");
        var referring = await Upload.CreateAsync(cache, "referring", references: [missing]);
        Assert.Equal(HttpStatusCode.Created, (await cache.PutAsync(referring.NarFile, referring.File)).Status);
        var (refused, sentence) = await cache.PutAsync(referring.NarInfoFile, referring.NarInfoText);
        Assert.Equal(HttpStatusCode.Conflict, refused);
        Assert.Contains("missing", sentence, StringComparison.Ordinal);
        Assert.Null(await cache.Store.QueryAsync(referring.Info.Path, s_ct));
    }

    [Fact]
    public async Task What_no_trusted_key_has_signed_is_refused()
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        var upload = await Upload.CreateAsync(cache, "pushed", isSigned: false);
        await cache.PutAsync(upload.NarFile, upload.File);
        Assert.Equal(HttpStatusCode.Forbidden, (await cache.PutAsync(upload.NarInfoFile, upload.NarInfoText)).Status);
        Assert.Null(await cache.Store.QueryAsync(upload.Info.Path, s_ct));
    }

    [Fact]
    public async Task An_archive_of_another_hash_than_its_name_or_its_narinfo_says_leaves_nothing()
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        var upload = await Upload.CreateAsync(cache, "pushed");
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await cache.PutAsync(upload.NarFile, [.. upload.File, 0])).Status
        );
        Assert.Empty(Waiting(cache));

        var other = await Upload.CreateAsync(cache, "other");
        var lying = upload.With(other.NarFile);
        await cache.PutAsync(other.NarFile, other.File);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await cache.PutAsync(lying.NarInfoFile, lying.NarInfoText)).Status
        );
        Assert.Empty(Waiting(cache));
        Assert.Null(await cache.Store.QueryAsync(upload.Info.Path, s_ct));
    }

    [Fact]
    public async Task An_archive_that_is_cut_off_leaves_nothing()
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        var upload = await Upload.CreateAsync(cache, "pushed");
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(cache.Address.Host, cache.Address.Port);
            var stream = client.GetStream();
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"PUT /{upload.NarFile} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ServedCache.Secret}\r\n"
                        + $"Content-Length: {upload.File.Length}\r\n\r\n"
                )
            );
            await stream.WriteAsync(upload.File.AsMemory(0, upload.File.Length - 1));
            while (Waiting(cache) is [])
                await Task.Yield(); // until it has begun
        }
        while (Waiting(cache) is not [])
            await Task.Yield(); // The server hears of the end when it reads on.
        using var head = await cache.SendAsync(HttpMethod.Head, upload.NarFile);
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
    }

    [Fact]
    public async Task Archives_longer_than_the_settings_say_are_refused_and_leave_nothing()
    {
        await using var cache = await ServedCache.StartAsync(
            settings => settings with { Uploads = settings.Uploads with { MaxNarBytes = 1000 } },
            takesUploads: true
        );
        var upload = await Upload.CreateAsync(cache, "pushed");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await cache.PutAsync(upload.NarFile, upload.File)).Status);
        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            (await cache.PutAsync(upload.NarInfoFile, upload.NarInfoText)).Status
        );
        Assert.Empty(Waiting(cache));
    }

    [Fact]
    public async Task A_decompressed_archive_that_goes_on_beyond_its_size_is_refused()
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        var upload = await Upload.CreateAsync(
            cache,
            "pushed",
            "zstd",
            claim: info => info with { NarSizeBytes = 5000 }
        );
        await cache.PutAsync(upload.NarFile, upload.File);
        var (status, _) = await cache.PutAsync(upload.NarInfoFile, upload.NarInfoText);
        Assert.InRange((int)status, 400, 499);
        Assert.Null(await cache.Store.QueryAsync(upload.Info.Path, s_ct));
    }

    [Fact]
    public async Task Too_much_that_waits_is_refused_until_it_has_gone()
    {
        await using var cache = await ServedCache.StartAsync(
            settings => settings with { Uploads = settings.Uploads with { MaxPendingBytes = 50_000 } },
            takesUploads: true
        );
        var first = await Upload.CreateAsync(cache, "first");
        var second = await Upload.CreateAsync(cache, "second");
        Assert.Equal(HttpStatusCode.Created, (await cache.PutAsync(first.NarFile, first.File)).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await cache.PutAsync(second.NarFile, second.File)).Status);
        Assert.Equal(HttpStatusCode.Created, (await cache.PutAsync(first.NarInfoFile, first.NarInfoText)).Status);
        Assert.Equal(HttpStatusCode.Created, (await cache.PutAsync(second.NarFile, second.File)).Status);
    }

    [Fact]
    public async Task One_archive_becomes_two_paths_without_being_sent_again()
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        var first = await Upload.CreateAsync(cache, "pushed");
        await cache.PutAsync(first.NarFile, first.File);
        await cache.PutAsync(first.NarInfoFile, first.NarInfoText);
        var second = first.As(cache, StorePath.Parse($"{new string('9', 32)}-again"));
        Assert.Equal(HttpStatusCode.Created, (await cache.PutAsync(second.NarInfoFile, second.NarInfoText)).Status);
        Assert.True((await cache.Store.CheckContentsAsync(second.Info.Path, s_ct)).IsIntact);
    }

    [Fact]
    public async Task Signatures_are_added_to_a_path_that_is_there_and_other_contents_are_refused()
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        var info = await cache.AddTextAsync("text", "some text");
        var signed = info with { Signatures = [cache.Key.Sign(StoreDir.Default, info), "unknown-1:AAAA"] };
        var narInfo = new NarInfo
        {
            Info = signed,
            Url = ServedCache.NarFile(info),
            Compression = "none",
        };
        var (status, _) = await cache.PutAsync($"{info.Path.Hash}.narinfo", Text(narInfo));
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(
            [cache.Key.Sign(StoreDir.Default, info)],
            (await cache.Store.QueryAsync(info.Path, s_ct))!.Signatures
        );

        var other = narInfo with { Info = signed with { NarHash = Sha256Digest.Compute("x"u8) } };
        Assert.Equal(HttpStatusCode.Conflict, (await cache.PutAsync($"{info.Path.Hash}.narinfo", Text(other))).Status);
    }

    [Theory]
    [InlineData("nar/x.nar")]
    [InlineData("nar/..%2Fx.nar")]
    [InlineData("short.narinfo")]
    [InlineData("log/..%2Fx.drv")]
    [InlineData("realisations/x.doi")]
    public async Task Names_that_are_none_are_refused(string file)
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        Assert.Equal(HttpStatusCode.BadRequest, (await cache.PutAsync(file, [1])).Status);
    }

    [Fact]
    public async Task A_narinfo_that_breaks_a_rule_or_is_about_another_path_is_refused()
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        var upload = await Upload.CreateAsync(cache, "pushed");
        Assert.Equal(HttpStatusCode.BadRequest, (await cache.PutAsync(upload.NarInfoFile, "x"u8.ToArray())).Status);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await cache.PutAsync($"{new string('0', 32)}.narinfo", upload.NarInfoText)).Status
        );
    }

    [Fact]
    public async Task Logs_and_signed_realisations_are_taken_and_the_first_log_stays()
    {
        await using var cache = await ServedCache.StartAsync(takesUploads: true);
        var log = $"log/{new string('1', 32)}-built.drv";
        Assert.Equal(HttpStatusCode.Created, (await cache.PutAsync(log, "first"u8.ToArray())).Status);
        Assert.Equal(HttpStatusCode.Created, (await cache.PutAsync(log, "second"u8.ToArray())).Status);
        Assert.Equal("first", await cache.Http.GetStringAsync(new Uri(cache.Address, log)));

        var info = await cache.AddTextAsync("text", "some text");
        var id = new DerivationOutputId(Sha256Digest.Compute("drv"u8).ToHash(), "out");
        var realisation = new Realisation { Id = id, OutPath = info.Path };
        var unsigned = Encoding.UTF8.GetBytes(RealisationJson.Print(realisation));
        Assert.Equal(HttpStatusCode.Forbidden, (await cache.PutAsync($"realisations/{id}.doi", unsigned)).Status);
        var signed = Encoding.UTF8.GetBytes(RealisationJson.Print(realisation.Sign(cache.Key)));
        Assert.Equal(HttpStatusCode.Created, (await cache.PutAsync($"realisations/{id}.doi", signed)).Status);
        Assert.NotNull(await new StoreRealisations(cache.Store).QueryAsync(id, s_ct));
    }

    private static bool IsLink(ServedCache cache, Upload upload) =>
        new FileInfo($"{cache.Store.Layout.RootsDir}/cache/{upload.Info.Path}").LinkTarget is not null;

    private static string[] Waiting(ServedCache cache)
    {
        var folder = $"{cache.Store.Layout.StateDir}/farm-cache";
        return [.. Directory.GetFiles($"{folder}/incoming"), .. Directory.GetFiles($"{folder}/pending")];
    }

    private static byte[] Text(NarInfo narInfo) =>
        Encoding.UTF8.GetBytes(NarInfoPrinter.Print(StoreDir.Default, narInfo));

    /// <summary>A path that is not here, as a client sends it.</summary>
    private sealed record Upload(PathInfo Info, byte[] File, string NarFile, string Compression)
    {
        public string NarInfoFile => $"{Info.Path.Hash}.narinfo";

        public byte[] NarInfoText =>
            Text(
                new NarInfo
                {
                    Info = Info,
                    Url = NarFile,
                    Compression = Compression,
                }
            );

        public static async Task<Upload> CreateAsync(
            ServedCache cache,
            string name,
            string compression = "none",
            bool isSigned = true,
            StorePath[]? references = null,
            Func<PathInfo, PathInfo>? claim = null
        )
        {
            var bytes = new byte[40_000];
            new Random(name[0]).NextBytes(bytes);
            var nar = Farm.Tests.Store.BinaryCaches.NarTexts.File(bytes);
            using var file = new MemoryStream();
            await using (var encoder = NarCompression.Find(compression)!.Compress(file, null, 1))
                await encoder.WriteAsync(nar);
            var info = new PathInfo
            {
                Path = StorePath.Parse(
                    $"{Sha256Digest.Compute(Encoding.UTF8.GetBytes(name)).ToNixBase32()[..32]}-{name}"
                ),
                NarHash = Sha256Digest.Compute(nar),
                NarSizeBytes = nar.Length,
                References = [.. references ?? []],
            };
            info = claim?.Invoke(info) ?? info;
            if (isSigned)
                info = info with { Signatures = [cache.Key.Sign(StoreDir.Default, info)] };
            var hash = Sha256Digest.Compute(file.ToArray()).ToNixBase32();
            var extension = NarCompression.Find(compression)!.Extension;
            return new(info, file.ToArray(), $"nar/{hash}.nar{extension}", compression);
        }

        /// <summary>The same with the archive of another.</summary>
        public Upload With(string narFile) => this with { NarFile = narFile };

        /// <summary>The same archive as another path.</summary>
        public Upload As(ServedCache cache, StorePath path)
        {
            var info = Info with { Path = path, Signatures = [] };
            return this with { Info = info with { Signatures = [cache.Key.Sign(StoreDir.Default, info)] } };
        }
    }
}
