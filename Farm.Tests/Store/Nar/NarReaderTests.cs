using System.Security.Cryptography;
using System.Text.Json;
using Farm.Store;
using Farm.Store.Nar;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Nar;

public sealed class NarReaderTests
{
    public static TheoryData<string, string> Valid() => Manifest("deep64");

    public static TheoryData<string> Invalid()
    {
        var data = new TheoryData<string>();
        foreach (var file in Directory.EnumerateFiles(Vectors.Path("nar", "invalid"), "*.nar").Order())
        {
            if (!Path.GetFileName(file).StartsWith("trailing-", StringComparison.Ordinal))
                data.Add(Path.GetFileName(file));
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task Reading_and_writing_again_gives_the_same_bytes(string file, string sha256)
    {
        var bytes = Vectors.Read("nar", file);
        var rewritten = await NarEvents.RewriteAsync(new MemoryStream(bytes), NarReadAhead.Free);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(rewritten)));
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task The_tap_sees_every_byte_once(string file, string sha256)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var input = new DribblingStream(Vectors.Read("nar", file), 7);
        await NarEvents.RewriteAsync(input, NarReadAhead.Free, hash.AppendData);
        Assert.Equal(sha256, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task An_exact_reader_takes_nothing_beyond_the_archive(string file, string sha256)
    {
        var bytes = Vectors.Read("nar", file);
        using var input = new MemoryStream([.. bytes, .. "what follows"u8]);
        var rewritten = await NarEvents.RewriteAsync(input, NarReadAhead.Exact);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(rewritten)));
        Assert.Equal(bytes.Length, input.Position);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task A_malformed_archive_is_refused(string file)
    {
        var bytes = Vectors.Read("nar", "invalid", file);
        await Assert.ThrowsAsync<NixFormatException>(() =>
            NarEvents.RewriteAsync(new MemoryStream(bytes), NarReadAhead.Free)
        );
        await Assert.ThrowsAsync<NixFormatException>(() =>
            NarEvents.RewriteAsync(new MemoryStream(bytes), NarReadAhead.Exact)
        );
    }

    [Fact]
    public async Task A_node_at_depth_64_is_refused() =>
        await Assert.ThrowsAsync<NixFormatException>(() =>
            NarEvents.RewriteAsync(new MemoryStream(Vectors.Read("nar", "deep64.nar")), NarReadAhead.Free)
        );

    [Fact]
    public async Task Every_cut_off_archive_is_refused()
    {
        var bytes = Vectors.Read("nar", "mixed.nar");
        for (var length = 0; length < bytes.Length; length++)
        {
            var fault = await Assert.ThrowsAsync<NixFormatException>(() =>
                NarEvents.RewriteAsync(new MemoryStream(bytes[..length]), NarReadAhead.Free)
            );
            Assert.Equal(length, fault.ByteOffset);
        }
    }

    [Fact]
    public async Task A_changed_byte_gives_a_refusal_or_an_archive_that_is_written_the_same()
    {
        var bytes = Vectors.Read("nar", "ordering.nar");
        var random = new Random(20);
        for (var round = 0; round < 4000; round++)
        {
            var changed = bytes.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            byte[]? rewritten = null;
            try
            {
                rewritten = await NarEvents.RewriteAsync(new MemoryStream(changed), NarReadAhead.Free);
            }
            catch (NixFormatException) { }
            if (rewritten is not null)
                Assert.Equal(changed[..rewritten.Length], rewritten);
        }
    }

    [Fact]
    public async Task Contents_that_nobody_reads_are_skipped()
    {
        using var reader = new NarReader(new MemoryStream(Vectors.Read("nar", "padding-13.nar")), NarReadAhead.Free);
        Assert.IsType<NarEvent.Regular>(await reader.ReadAsync(CancellationToken.None));
        Assert.Null(await reader.ReadAsync(CancellationToken.None));
        Assert.Null(await reader.ReadAsync(CancellationToken.None));
    }

    private static TheoryData<string, string> Manifest(params string[] except)
    {
        using var manifest = JsonDocument.Parse(Vectors.Read("nar", "manifest.json"));
        var data = new TheoryData<string, string>();
        foreach (var entry in manifest.RootElement.EnumerateArray())
        {
            if (!except.Contains(entry.GetProperty("name").GetString()))
                data.Add(entry.GetProperty("file").GetString()!, entry.GetProperty("narSha256").GetString()!);
        }
        return data;
    }
}
