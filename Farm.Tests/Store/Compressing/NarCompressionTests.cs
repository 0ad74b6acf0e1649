using System.Diagnostics;
using Farm.Store;
using Farm.Store.Compressing;

namespace Farm.Tests.Store.Compressing;

public sealed class NarCompressionTests
{
    public static TheoryData<string> Names => [.. NarCompression.All.Select(one => one.Name)];

    public static TheoryData<string> Compressing =>
        [.. NarCompression.All.Where(one => one != NarCompression.None).Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_was_compressed_is_read_again(string name)
    {
        foreach (var size in new[] { 0, 1, 65_536, 3_000_000 })
        {
            var bytes = Bytes(size);
            Assert.Equal(bytes, await DecodeAsync(name, await EncodeAsync(name, bytes)));
        }
    }

    [Theory]
    [InlineData("xz")]
    [InlineData("zstd")]
    [InlineData("br")]
    [InlineData("bzip2")]
    public async Task A_stream_that_is_cut_off_is_refused(string name)
    {
        var whole = await EncodeAsync(name, Bytes(300_000));
        foreach (var length in new[] { whole.Length / 2, whole.Length - 1 })
            await Assert.ThrowsAsync<StoreException.CorruptArchive>(() => DecodeAsync(name, whole[..length]));
    }

    /// <summary>The framework takes the end of the input for the end of the data; an archive's size and hash tell.</summary>
    [Fact]
    public async Task Gzip_that_is_cut_off_gives_less()
    {
        var bytes = Bytes(300_000);
        var whole = await EncodeAsync("gzip", bytes);
        Assert.True((await DecodeAsync("gzip", whole[..(whole.Length / 2)])).Length < bytes.Length);
    }

    [Theory]
    [MemberData(nameof(Compressing))]
    public async Task What_is_no_such_stream_is_refused(string name)
    {
        var noise = new byte[10_000];
        new Random(4).NextBytes(noise);
        noise[0] = 0xee;
        await Assert.ThrowsAsync<StoreException.CorruptArchive>(() => DecodeAsync(name, noise));
    }

    [Theory]
    [MemberData(nameof(Compressing))]
    public async Task A_bomb_is_read_piece_by_piece(string name)
    {
        const long size = 24L << 20;
        using var bomb = new MemoryStream();
        await using (var encoder = NarCompression.Find(name)!.Compress(bomb, 1, 1))
        {
            var zeros = new byte[1 << 20];
            for (var left = size; left > 0; left -= zeros.Length)
                await encoder.WriteAsync(zeros);
        }
        Assert.True(bomb.Length < size / 20);
        bomb.Position = 0;
        await using var decoder = NarCompression.Find(name)!.Decompress(bomb);
        var buffer = new byte[1 << 16];
        var read = 0L;
        while (await decoder.ReadAsync(buffer) is > 0 and var count)
            read += count;
        Assert.Equal(size, read);
    }

    [Theory]
    [InlineData("xz", "xz", "-9e")]
    [InlineData("gzip", "gzip", "-9")]
    [InlineData("bzip2", "bzip2", "-1")]
    public async Task Streams_of_the_real_programs_are_read_also_one_after_another(
        string name,
        string program,
        string level
    )
    {
        var first = Bytes(400_000);
        var second = Bytes(70_000);
        var both = (byte[])[.. await RunAsync(program, level, first), .. await RunAsync(program, level, second)];
        Assert.Equal((byte[])[.. first, .. second], await DecodeAsync(name, both));
    }

    [Fact]
    public async Task Xz_that_asks_for_more_memory_than_is_given_is_refused()
    {
        var greedy = await RunAsync("xz", "--lzma2=dict=512MiB", Bytes(1000));
        var refused = await Assert.ThrowsAsync<StoreException.CorruptArchive>(() => DecodeAsync("xz", greedy));
        Assert.Contains("128 MiB", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zstd_with_a_window_beyond_the_limit_is_refused()
    {
        // Magic number, a frame header with a window of 2^31 bytes, and one empty last block.
        byte[] frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00];
        await Assert.ThrowsAsync<StoreException.CorruptArchive>(() => DecodeAsync("zstd", frame));
    }

    [Theory]
    [InlineData("xz")]
    [InlineData("zstd")]
    public async Task Several_threads_compress_to_what_is_read_again(string name)
    {
        var bytes = Bytes(5_000_000);
        using var compressed = new MemoryStream();
        await using (var encoder = NarCompression.Find(name)!.Compress(compressed, 1, 2))
            await encoder.WriteAsync(bytes);
        Assert.Equal(bytes, await DecodeAsync(name, compressed.ToArray()));
    }

    [Theory]
    [InlineData(3_000, 3_000L)]
    [InlineData(3_000, 1L)]
    [InlineData(3_000_000, 10L)]
    [InlineData(0, 3_000_000_000L)]
    public async Task What_zstd_is_told_of_the_length_is_a_hint(int length, long told)
    {
        var bytes = Bytes(length);
        using var compressed = new MemoryStream();
        await using (var encoder = NarCompression.Zstd.Compress(compressed, null, 2, told))
            await encoder.WriteAsync(bytes);
        Assert.Equal(bytes, await DecodeAsync("zstd", compressed.ToArray()));
    }

    private static byte[] Bytes(int size)
    {
        var random = new Random(size);
        var bytes = new byte[size];
        for (var i = 0; i < size; i++)
            bytes[i] = (byte)(random.Next(4) == 0 ? random.Next(256) : i / 100);
        return bytes;
    }

    private static async Task<byte[]> EncodeAsync(string name, byte[] bytes)
    {
        using var compressed = new MemoryStream();
        await using (var encoder = NarCompression.Find(name)!.Compress(compressed, null, 1))
            await encoder.WriteAsync(bytes);
        return compressed.ToArray();
    }

    private static async Task<byte[]> DecodeAsync(string name, byte[] compressed)
    {
        await using var decoder = NarCompression.Find(name)!.Decompress(new MemoryStream(compressed));
        using var bytes = new MemoryStream();
        await decoder.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static async Task<byte[]> RunAsync(string program, string option, byte[] input)
    {
        var start = new ProcessStartInfo(program, [option, "-c"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var writing = Task.Run(async () =>
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        });
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await writing;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }
}
