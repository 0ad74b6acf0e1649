using System.Net;
using System.Text;
using System.Text.Json;
using Farm.Http.Caches;
using Farm.Store.Compressing;
using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Signing;

namespace Farm.Tests.Http.Caches;

public sealed class CacheDownloadTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Theory]
    [InlineData(0)]
    [InlineData(64 * 1024 * 1024)]
    public async Task Every_part_of_an_archive_is_what_it_is_in_the_whole(long memoryBytes)
    {
        await using var cache = await ServedCache.StartAsync(settings =>
            settings with
            {
                Limits = settings.Limits with { MemoryBytes = memoryBytes },
            }
        );
        var info = await cache.AddFilesAsync("tree", Tree(cache.Work("tree")));
        var nar = await cache.NarOfAsync(info);
        (long From, long To)[] ranges =
        [
            (0, 0),
            (0, nar.Length - 1),
            (1, nar.Length - 2),
            (nar.Length - 1, nar.Length - 1),
            (300_000, 300_010),
            (700_000, nar.Length - 1),
            .. Enumerable
                .Range(0, 40)
                .Select(step => ((long)step * nar.Length / 40, ((step + 1L) * nar.Length / 40) - 1)),
        ];
        foreach (var (from, to) in ranges)
        {
            using var response = await cache.GetAsync(ServedCache.NarFile(info), ("Range", $"bytes={from}-{to}"));
            Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
            Assert.Equal($"bytes {from}-{to}/{nar.Length}", response.Content.Headers.ContentRange!.ToString());
            Assert.Equal(nar[(int)from..((int)to + 1)], await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_416_with_the_length()
    {
        await using var cache = await ServedCache.StartAsync();
        var info = await cache.AddTextAsync("text", "some text");
        using var response = await cache.GetAsync(ServedCache.NarFile(info), ("Range", $"bytes={info.NarSizeBytes}-"));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal($"bytes */{info.NarSizeBytes}", response.Content.Headers.ContentRange!.ToString());
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("none/", "")]
    [InlineData("zstd/", ".zst")]
    [InlineData("xz/", ".xz")]
    public async Task What_a_client_has_is_not_sent_again(string below, string extension)
    {
        await using var cache = await ServedCache.StartAsync();
        var info = await cache.AddTextAsync("text", "some text");
        foreach (
            var file in new[]
            {
                $"{below}nix-cache-info",
                $"{below}{info.Path.Hash}.narinfo",
                $"{below}{info.Path.Hash}.ls",
                $"{below}{ServedCache.NarFile(info)}{extension}",
            }
        )
        {
            using var first = await cache.GetAsync(file);
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            using var second = await cache.GetAsync(file, ("If-None-Match", first.Headers.ETag!.ToString()));
            Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
            Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("zstd")]
    [InlineData("xz")]
    public async Task Archives_come_in_the_compression_of_the_settings_and_of_the_address(string name)
    {
        var compression = NarCompression.Find(name)!;
        await using var cache = await ServedCache.StartAsync(settings => settings with { Compression = compression });
        var info = await cache.AddFilesAsync("tree", Tree(cache.Work("tree")));
        foreach (
            var (below, expected) in new[]
            {
                ("", compression),
                ("none/", NarCompression.None),
                ("zstd/", NarCompression.Zstd),
                ("xz/", NarCompression.Xz),
            }
        )
        {
            var narInfo = NarInfoParser.Parse(
                StoreDir.Default,
                await cache.Http.GetByteArrayAsync(new Uri(cache.Address, $"{below}{info.Path.Hash}.narinfo"))
            );
            Assert.Equal(expected.Name, narInfo.Compression);
            var file = await cache.Http.GetByteArrayAsync(new Uri(cache.Address, below + narInfo.Url));
            Assert.Equal(info.NarHash, Sha256Digest.Compute(await ServedCache.DecompressedAsync(expected, file)));
        }
    }

    [Fact]
    public async Task Two_hundred_downloads_at_once_are_each_right()
    {
        await using var cache = await ServedCache.StartAsync();
        var info = await cache.AddFilesAsync("tree", Tree(cache.Work("tree")));
        var url = new Uri(cache.Address, ServedCache.NarFile(info));
        var hashes = await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(async _ =>
                {
                    await using var nar = await cache.Http.GetStreamAsync(url);
                    return Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(nar));
                })
        );
        Assert.Equal([info.NarHash.ToBase16()], hashes.Distinct());
    }

    [Fact]
    public async Task A_listing_is_that_of_the_archive()
    {
        await using var cache = await ServedCache.StartAsync();
        var info = await cache.AddFilesAsync("tree", Tree(cache.Work("tree")));
        var expected = await NarListing.ReadAsync(
            new MemoryStream(await cache.NarOfAsync(info)),
            NarReadAhead.Free,
            s_ct
        );
        var listed = await cache.Http.GetByteArrayAsync(new Uri(cache.Address, $"{info.Path.Hash}.ls"));
        Assert.Equal(Encoding.UTF8.GetString(expected.ToJson()), Encoding.UTF8.GetString(listed));
    }

    [Fact]
    public async Task The_listing_of_a_single_file_and_of_a_link_are_those_of_the_archives()
    {
        await using var cache = await ServedCache.StartAsync();
        await File.WriteAllTextAsync(cache.Work("file"), "text");
        File.CreateSymbolicLink(cache.Work("link"), "nowhere");
        foreach (var name in new[] { "file", "link" })
        {
            var info = await cache.AddFilesAsync(name, cache.Work(name));
            var expected = await NarListing.ReadAsync(
                new MemoryStream(await cache.NarOfAsync(info)),
                NarReadAhead.Free,
                s_ct
            );
            var listed = await cache.Http.GetByteArrayAsync(new Uri(cache.Address, $"{info.Path.Hash}.ls"));
            Assert.Equal(expected.ToJson(), listed);
        }
    }

    [Fact]
    public async Task Narinfos_are_signed_with_the_keys_of_the_store_unless_that_is_off()
    {
        foreach (var signing in Enum.GetValues<CacheSigning>())
        {
            await using var cache = await ServedCache.StartAsync(settings => settings with { Signing = signing });
            var trusted = await cache.AddTextAsync("text", "some text");
            var other = trusted with
            {
                Path = StorePath.Parse($"{new string('1', 32)}-other"),
                ContentAddress = null,
                Signatures = ["elsewhere-1:AAAA"],
            };
            await cache.Store.AddFromNarAsync(other, new MemoryStream(await cache.NarOfAsync(trusted)), s_ct);
            Assert.Equal(signing != CacheSigning.Off, await IsSignedAsync(cache, trusted));
            Assert.Equal(signing == CacheSigning.All, await IsSignedAsync(cache, other));
            var text = await cache.Http.GetStringAsync(new Uri(cache.Address, $"{other.Path.Hash}.narinfo"));
            Assert.Contains("Sig: elsewhere-1:AAAA\n", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Logs_are_served_by_the_name_of_the_derivation_whether_compressed_or_not()
    {
        await using var cache = await ServedCache.StartAsync();
        foreach (var (letter, compression) in new[] { ("1", NarCompression.None), ("2", NarCompression.Bzip2) })
        {
            var hash = new string(letter[0], 32);
            var folder = Directory.CreateDirectory($"{cache.Store.Layout.LogDir}/drvs/{hash[..2]}").FullName;
            await using (var file = File.Create($"{folder}/{hash[2..]}-built.drv{compression.Extension}"))
            await using (var log = compression.Compress(file, level: null, threads: 1))
                await log.WriteAsync("what was printed\n"u8.ToArray());
            var text = await cache.Http.GetStringAsync(new Uri(cache.Address, $"log/{hash}-built.drv"));
            Assert.Equal("what was printed\n", text);
        }
        using var missing = await cache.GetAsync($"log/{new string('3', 32)}-built.drv");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Debugging_information_is_found_by_build_id_for_as_long_as_its_path_is_valid()
    {
        await using var cache = await ServedCache.StartAsync();
        var id = "0123456789abcdef0123456789abcdef01234567";
        using (var before = await cache.GetAsync($"debuginfo/{id}"))
            Assert.Equal(HttpStatusCode.NotFound, before.StatusCode);
        var member = $"lib/debug/.build-id/{id[..2]}/{id[2..]}.debug";
        var tree = Directory.CreateDirectory(cache.Work("debug")).FullName;
        Directory.CreateDirectory(Path.GetDirectoryName($"{tree}/{member}")!);
        await File.WriteAllTextAsync($"{tree}/{member}", "symbols");
        await cache.AddTextAsync("other", "other");
        var info = await cache.AddFilesAsync("debug", tree);

        using (
            var document = JsonDocument.Parse(
                await cache.Http.GetStringAsync(new Uri(cache.Address, $"debuginfo/{id}"))
            )
        )
        {
            Assert.Equal(member, document.RootElement.GetProperty("member").GetString());
            var archive = new Uri(
                new Uri(cache.Address, "debuginfo/x"),
                document.RootElement.GetProperty("archive").GetString()
            );
            Assert.Equal(info.NarSizeBytes, (await cache.Http.GetByteArrayAsync(archive)).Length);
        }
        await cache.Store.DeleteAsync(info.Path, s_ct);
        using var after = await cache.GetAsync($"debuginfo/{id}");
        Assert.Equal(HttpStatusCode.NotFound, after.StatusCode);
    }

    [Fact]
    public async Task Realisations_are_served_signed()
    {
        await using var cache = await ServedCache.StartAsync();
        var info = await cache.AddTextAsync("text", "some text");
        var id = new DerivationOutputId(Sha256Digest.Compute("drv"u8).ToHash(), "out");
        await new StoreRealisations(cache.Store).RegisterAsync(new Realisation { Id = id, OutPath = info.Path }, s_ct);
        var text = await cache.Http.GetByteArrayAsync(new Uri(cache.Address, $"realisations/{id}.doi"));
        var realisation = RealisationJson.Parse(text);
        Assert.Equal(info.Path, realisation.OutPath);
        var keys = TrustedKeys.Of([cache.Key.PublicKey]);
        Assert.True(
            keys.Verify(
                Encoding.UTF8.GetBytes(RealisationJson.Fingerprint(realisation)),
                Assert.Single(realisation.Signatures)
            )
        );
    }

    [Theory]
    [InlineData("", HttpStatusCode.NotFound)]
    [InlineData("nar", HttpStatusCode.NotFound)]
    [InlineData("nar/", HttpStatusCode.NotFound)]
    [InlineData("log/", HttpStatusCode.NotFound)]
    [InlineData("api/store/roots", HttpStatusCode.NotFound)]
    [InlineData("upload/x", HttpStatusCode.NotFound)]
    [InlineData("00000000000000000000000000000000.narinfo", HttpStatusCode.NotFound)]
    [InlineData("00000000000000000000000000000000.ls", HttpStatusCode.NotFound)]
    [InlineData("00000000.narinfo", HttpStatusCode.BadRequest)]
    [InlineData("%2A.narinfo", HttpStatusCode.BadRequest)]
    [InlineData("0000000000000000000000000000000_.ls", HttpStatusCode.BadRequest)]
    [InlineData("log/00000000000000000000000000000000-x.drv", HttpStatusCode.NotFound)]
    [InlineData("log/00000000000000000000000000000000-x", HttpStatusCode.BadRequest)]
    [InlineData("log/..%2Fpasswd.drv", HttpStatusCode.BadRequest)]
    [InlineData("debuginfo/0123", HttpStatusCode.BadRequest)]
    [InlineData("realisations/x.doi", HttpStatusCode.BadRequest)]
    [InlineData("nar/..%2F..%2Fdb%2Fdb.sqlite", HttpStatusCode.BadRequest)]
    public async Task Nothing_is_listed_and_all_that_is_not_here_is_answered_alike(string file, HttpStatusCode expected)
    {
        await using var cache = await ServedCache.StartAsync();
        using var response = await cache.GetAsync(file);
        Assert.Equal(expected, response.StatusCode);
        var problem =
            expected == HttpStatusCode.NotFound ? (CacheProblem)new CacheProblem.NotHere() : new CacheProblem.NoName();
        Assert.Equal(CacheProblems.Of(problem).Sentence + "\n", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_archive_whose_files_have_changed_ends_in_a_broken_connection()
    {
        await using var cache = await ServedCache.StartAsync();
        await File.WriteAllBytesAsync(cache.Work("file"), new byte[2_000_000]);
        var info = await cache.AddFilesAsync("file", cache.Work("file"));
        var file = cache.Store.Layout.ToPhysical(info.Path);
        Unfreeze(file);
        await using (var shorter = File.OpenWrite(file))
            shorter.SetLength(1_500_000);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            cache.Http.GetByteArrayAsync(new Uri(cache.Address, ServedCache.NarFile(info)))
        );
    }

    internal static void Unfreeze(string file)
    {
        using var lifting = System.Diagnostics.Process.Start("chattr", ["-f", "-i", file]);
        lifting.WaitForExit();
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static async Task<bool> IsSignedAsync(ServedCache cache, PathInfo info)
    {
        var text = await cache.Http.GetByteArrayAsync(new Uri(cache.Address, $"{info.Path.Hash}.narinfo"));
        var served = NarInfoParser.Parse(StoreDir.Default, text).Info;
        return TrustedKeys.Of([cache.Key.PublicKey]).CountSignatures(StoreDir.Default, served) == 1;
    }

    /// <summary>Files of many sizes, some larger than any buffer, and links.</summary>
    internal static string Tree(string path)
    {
        var random = new Random(1);
        Directory.CreateDirectory($"{path}/bin");
        Directory.CreateDirectory($"{path}/empty");
        foreach (var size in new[] { 0, 1, 7, 8, 9, 4096, 100_000, 300_000, 700_000 })
        {
            var bytes = new byte[size];
            random.NextBytes(bytes);
            File.WriteAllBytes($"{path}/bin/of-{size}", bytes);
        }
        File.SetUnixFileMode($"{path}/bin/of-9", (UnixFileMode)0x1ED);
        File.CreateSymbolicLink($"{path}/link", "bin/of-9");
        return path;
    }
}
