using System.Buffers;
using Farm.Store;
using Farm.Store.Wire;

namespace Farm.Tests.Store.Wire;

public sealed class WireReaderTests
{
    private static WireReader Reader(params byte[] bytes) => new(new MemoryStream(bytes));

    private static WireReader Reader(Action<WireWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new WireWriter(output));
        return Reader(output.WrittenSpan.ToArray());
    }

    [Fact]
    public async Task A_stream_that_ends_before_a_number_has_none()
    {
        using var reader = Reader();
        Assert.Null(await reader.TryReadNumberAsync(default));
    }

    [Fact]
    public async Task A_stream_that_ends_within_a_number_is_cut_off()
    {
        using var reader = Reader(1, 2, 3);
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await reader.TryReadNumberAsync(default));
    }

    [Fact]
    public async Task A_string_longer_than_is_allowed_is_refused_before_it_is_read()
    {
        using var reader = Reader(writer => writer.WriteNumber(ulong.MaxValue));
        var fault = await Assert.ThrowsAsync<NixFormatException>(async () => await reader.ReadTextAsync(default));
        Assert.Contains("18446744073709551615 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_string_filled_up_with_other_bytes_than_zeros_is_refused()
    {
        using var reader = Reader(1, 0, 0, 0, 0, 0, 0, 0, 65, 0, 0, 0, 0, 0, 0, 9);
        await Assert.ThrowsAsync<NixFormatException>(async () => await reader.ReadTextAsync(default));
    }

    [Fact]
    public async Task A_long_string_that_is_announced_and_never_comes_takes_no_room()
    {
        using var reader = Reader(writer => writer.WriteNumber(200_000_000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        await Assert.ThrowsAsync<EndOfStreamException>(async () =>
            await reader.ReadBytesAsync(WireLimits.MaxContentsBytes, default)
        );
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40_000)]
    [InlineData(70_001)]
    [InlineData(1_000_000)]
    public async Task Strings_of_all_lengths_come_back(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        using var reader = Reader(writer =>
        {
            writer.WriteNumber(7);
            writer.WriteBytes(bytes);
            writer.WriteText("after");
        });
        Assert.Equal(7UL, await reader.ReadNumberAsync(default));
        Assert.Equal(bytes, (await reader.ReadBytesAsync(WireLimits.MaxContentsBytes, default)).Span.ToArray());
        Assert.Equal("after", await reader.ReadTextAsync(default));
        Assert.Null(await reader.TryReadNumberAsync(default));
    }

    [Fact]
    public async Task A_negative_size_is_refused()
    {
        using var reader = Reader(writer => writer.WriteNumber(1UL << 63));
        await Assert.ThrowsAsync<NixFormatException>(async () => await reader.ReadSizeAsync("a size", default));
    }
}
