using System.Formats.Tar;

namespace Farm.Tests.Worker.Builtins;

public sealed class UnpackChannelTests
{
    [Theory]
    [InlineData("xz")]
    [InlineData("zstd")]
    [InlineData("bzip2")]
    [InlineData("gzip")]
    public async Task A_compressed_tarball_is_known_by_its_first_bytes(string compression)
    {
        using var bench = new BuiltinBench();
        var tarball = Tarball(
            new PaxTarEntry(TarEntryType.Directory, "./t/"),
            new PaxTarEntry(TarEntryType.RegularFile, "./t/x") { DataStream = new MemoryStream("hello"u8.ToArray()) },
            new PaxTarEntry(TarEntryType.HardLink, "t/same") { LinkName = "./t/x" },
            new PaxTarEntry(TarEntryType.SymbolicLink, "t/link") { LinkName = "x" }
        );
        Assert.Equal(0, await UnpackAsync(bench, Store.BinaryCaches.CacheServer.Compress(tarball, compression)));
        Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(bench.Output, "channel/link")));
        Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(bench.Output, "channel/same")));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("t/../../x")]
    public async Task Names_that_lead_out_of_the_tarball_fail(string name)
    {
        using var bench = new BuiltinBench();
        Assert.Equal(1, await UnpackAsync(bench, Tarball(new PaxTarEntry(TarEntryType.RegularFile, name))));
        Assert.Contains("leads out of it", bench.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_written_through_a_link_of_the_tarball()
    {
        using var bench = new BuiltinBench();
        var outside = Directory.CreateDirectory(bench.Outside("aim")).FullName;
        var tarball = Tarball(
            new PaxTarEntry(TarEntryType.SymbolicLink, "t") { LinkName = outside },
            new PaxTarEntry(TarEntryType.RegularFile, "t/x")
        );
        Assert.Equal(1, await UnpackAsync(bench, tarball));
        Assert.Contains("is no directory", bench.Log, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Fact]
    public async Task A_link_gives_way_to_a_file_of_its_name_and_what_it_leads_to_stays()
    {
        using var bench = new BuiltinBench();
        await File.WriteAllTextAsync(bench.Outside("aim"), "before");
        var tarball = Tarball(
            new PaxTarEntry(TarEntryType.SymbolicLink, "t/x") { LinkName = bench.Outside("aim") },
            new PaxTarEntry(TarEntryType.RegularFile, "t/x") { DataStream = new MemoryStream("after"u8.ToArray()) }
        );
        Assert.Equal(0, await UnpackAsync(bench, tarball));
        Assert.Equal("before", await File.ReadAllTextAsync(bench.Outside("aim")));
        Assert.Equal("after", await File.ReadAllTextAsync(Path.Combine(bench.Output, "channel/x")));
    }

    [Fact]
    public async Task A_pipe_fails() =>
        await FailsAsync("neither file, directory nor link", new PaxTarEntry(TarEntryType.Fifo, "t/pipe"));

    [Fact]
    public async Task A_hard_link_to_what_is_not_in_it_fails() =>
        await FailsAsync(
            "which is no file in it",
            new PaxTarEntry(TarEntryType.HardLink, "t/x") { LinkName = "etc/passwd" }
        );

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public async Task The_name_of_the_channel_is_the_name_of_a_file(string name)
    {
        using var bench = new BuiltinBench();
        Assert.Equal(1, await UnpackAsync(bench, Tarball(new PaxTarEntry(TarEntryType.Directory, "t")), name));
        Assert.Contains("channelName is not allowed", bench.Log, StringComparison.Ordinal);
    }

    private static async Task FailsAsync(string reason, TarEntry entry)
    {
        using var bench = new BuiltinBench();
        Assert.Equal(1, await UnpackAsync(bench, Tarball(entry)));
        Assert.Contains(reason, bench.Log, StringComparison.Ordinal);
    }

    private static async Task<int> UnpackAsync(BuiltinBench bench, byte[] tarball, string name = "channel")
    {
        var (inside, place) = bench.Input("source");
        await File.WriteAllBytesAsync(Path.Combine(place, "tarball"), tarball);
        return await bench.RunAsync(
            "builtin:unpack-channel",
            hasNetwork: false,
            ("src", $"{inside}/tarball"),
            ("channelName", name)
        );
    }

    private static byte[] Tarball(params TarEntry[] entries)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, leaveOpen: true))
        {
            foreach (var entry in entries)
                writer.WriteEntry(entry);
        }
        return bytes.ToArray();
    }
}
