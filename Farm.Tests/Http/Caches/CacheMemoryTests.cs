using System.Net;
using Farm.Store.Compressing;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;

namespace Farm.Tests.Http.Caches;

/// <summary>Archives that a cache server keeps in memory. That they come from there shows when the files are no longer what they were.</summary>
public sealed class CacheMemoryTests
{
    [Fact]
    public async Task An_archive_is_kept_when_it_is_asked_for_again()
    {
        await using var cache = await ServedCache.StartAsync();
        var info = await AddAsync(cache);
        var nar = await cache.NarOfAsync(info);
        Assert.Equal(nar, await BytesAsync(cache, info, ""));
        Assert.Equal(nar, await BytesAsync(cache, info, ""));
        await DamageAsync(cache, info);
        Assert.Equal(nar, await BytesAsync(cache, info, ""));
        using var part = await cache.GetAsync(ServedCache.NarFile(info), ("Range", "bytes=5000-700000"));
        Assert.Equal(nar[5000..700001], await part.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Nothing_is_kept_that_has_not_the_hash_that_is_recorded()
    {
        await using var cache = await ServedCache.StartAsync();
        var info = await AddAsync(cache);
        await DamageAsync(cache, info);
        Assert.NotEqual(info.NarHash, Sha256Digest.Compute(await BytesAsync(cache, info, "")));
        for (var i = 0; i < 2; i++)
        {
            using var refused = await cache.GetAsync(ServedCache.NarFile(info));
            Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        }
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => BytesAsync(cache, info, ".zst"));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => BytesAsync(cache, info, ".zst"));
    }

    [Theory]
    [InlineData(".zst")]
    [InlineData(".xz")]
    public async Task A_compressed_archive_is_kept_at_once_and_its_length_is_known_then(string extension)
    {
        await using var cache = await ServedCache.StartAsync();
        var info = await AddAsync(cache);
        var file = ServedCache.NarFile(info) + extension;
        using var first = await cache.GetAsync(file);
        Assert.True(first.Headers.TransferEncodingChunked);
        var bytes = await first.Content.ReadAsByteArrayAsync();
        await DamageAsync(cache, info);
        using var head = await cache.SendAsync(HttpMethod.Head, file);
        Assert.Equal(bytes.Length, head.Content.Headers.ContentLength);
        Assert.Equal(first.Headers.ETag, head.Headers.ETag);
        using var second = await cache.GetAsync(file);
        Assert.Null(second.Headers.TransferEncodingChunked);
        Assert.Equal(bytes, await second.Content.ReadAsByteArrayAsync());
        Assert.Equal(info.NarHash, await HashAsync(bytes, extension));
    }

    [Fact]
    public async Task Fifty_clients_at_once_get_the_compressed_archive()
    {
        await using var cache = await ServedCache.StartAsync();
        var info = await AddAsync(cache);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => BytesAsync(cache, info, ".zst")));
        foreach (var bytes in answers)
            Assert.Equal(info.NarHash, await HashAsync(bytes, ".zst"));
    }

    [Fact]
    public async Task An_archive_that_is_too_long_is_never_kept_compressed_or_not()
    {
        await using var cache = await ServedCache.StartAsync(settings =>
            settings with
            {
                Limits = settings.Limits with { MemoryBytes = 1_000_000 },
            }
        );
        var info = await AddAsync(cache);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(await cache.NarOfAsync(info), await BytesAsync(cache, info, ""));
            using var compressed = await cache.GetAsync(ServedCache.NarFile(info) + ".zst");
            Assert.True(compressed.Headers.TransferEncodingChunked);
            Assert.Equal(info.NarHash, await HashAsync(await compressed.Content.ReadAsByteArrayAsync(), ".zst"));
        }
    }

    [Fact]
    public async Task What_is_no_longer_valid_is_not_served_though_it_is_kept()
    {
        await using var cache = await ServedCache.StartAsync();
        var info = await AddAsync(cache);
        await BytesAsync(cache, info, "");
        await BytesAsync(cache, info, "");
        await cache.Store.DeleteAsync(info.Path, CancellationToken.None);
        using var gone = await cache.GetAsync(ServedCache.NarFile(info));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    /// <summary>A path whose archive of a million bytes becomes longer when it is compressed.</summary>
    private static async Task<PathInfo> AddAsync(ServedCache cache)
    {
        var bytes = new byte[1_000_000];
        new Random(1).NextBytes(bytes);
        await File.WriteAllBytesAsync(cache.Work("file"), bytes);
        return await cache.AddFilesAsync("file", cache.Work("file"));
    }

    private static async Task DamageAsync(ServedCache cache, PathInfo info)
    {
        var path = cache.Store.Layout.ToPhysical(info.Path);
        CacheDownloadTests.Unfreeze(path);
        await using var file = File.OpenWrite(path);
        file.Position = 500_000;
        file.Write(new byte[100]);
    }

    private static Task<byte[]> BytesAsync(ServedCache cache, PathInfo info, string extension) =>
        cache.Http.GetByteArrayAsync(new Uri(cache.Address, ServedCache.NarFile(info) + extension));

    private static async Task<Sha256Digest> HashAsync(byte[] bytes, string extension)
    {
        var compression = extension == ".xz" ? NarCompression.Xz : NarCompression.Zstd;
        return Sha256Digest.Compute(await ServedCache.DecompressedAsync(compression, bytes));
    }
}
