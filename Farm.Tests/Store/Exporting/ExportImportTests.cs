using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Farm.Store;
using Farm.Store.Exporting;
using Farm.Store.Paths;
using Farm.Tests.Store.Local;
using Farm.Tests.Store.Nar;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Exporting;

public sealed class ExportImportTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly byte[] s_closure = Vectors.Read("export", "dep-closure.export");

    [Theory]
    [InlineData("empty.export", 0)]
    [InlineData("src.export", 1)]
    [InlineData("dep-closure.export", 3)]
    public async Task What_Nix_exported_is_imported_and_exported_as_the_same_bytes(string file, int count)
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var bytes = Vectors.Read("export", file);
        var paths = await ImportAsync(temporary, bytes);
        Assert.Equal(count, paths.Count);
        Assert.Equal(bytes, await ExportAsync(temporary, [.. paths.Reverse()]));
        Assert.Equal(paths, await ImportAsync(temporary, bytes));
    }

    [Fact]
    public async Task A_stream_that_comes_in_small_pieces_is_imported()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await using var dribbling = new DribblingStream(s_closure, 1);
        Assert.Equal(
            3,
            (await new StoreImporter(temporary.Store).ImportAsync(dribbling, long.MaxValue, null, s_ct)).Length
        );
    }

    [Fact]
    public async Task A_stream_that_is_cut_off_anywhere_is_refused_and_leaves_whole_paths_only()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var whole = await ImportAsync(temporary, s_closure);
        for (var length = 0; length < s_closure.Length; length += 8)
        {
            foreach (var path in whole.Reverse())
                await temporary.Store.DeleteAsync(path, s_ct);
            await Assert.ThrowsAsync<NixFormatException>(() => ImportAsync(temporary, s_closure[..length]));
            var left = await temporary.Store.AllValidAsync(s_ct);
            Assert.True(left.SetEquals(whole.Take(left.Count)));
            Assert.Equal(left.Count, LocalStoreTests.Objects(temporary).Count());
        }
        Assert.Equal(3, (await temporary.Store.AllValidAsync(s_ct)).Count);
    }

    [Fact]
    public async Task Paths_beyond_what_one_transaction_takes_stay_when_the_last_is_cut_off()
    {
        const int count = 150;
        await using var from = await TemporaryStore.OpenAsync();
        await using var to = await TemporaryStore.OpenAsync();
        var chain = new List<StorePath>();
        for (var i = 0; i < count; i++)
        {
            var name = StorePathName.Parse($"text{i}");
            var references = chain.TakeLast(2).ToImmutableSortedSet();
            chain.Add((await from.Store.AddTextAsync(name, Encoding.ASCII.GetBytes($"{i}"), references, s_ct)).Path);
        }
        var stream = await ExportAsync(from, chain);
        await Assert.ThrowsAsync<NixFormatException>(() => ImportAsync(to, stream[..^100]));
        Assert.True(chain.SkipLast(1).ToHashSet().SetEquals(await to.Store.AllValidAsync(s_ct)));
        Assert.Equal(count - 1, LocalStoreTests.Objects(to).Count());
        Assert.Equal(chain, await ImportAsync(to, stream));
        Assert.Equal(stream, await ExportAsync(to, chain));
    }

    [Theory]
    [InlineData(0x00, 2)] // not 0 or 1
    [InlineData(0x08, 1)] // length of the archive's magic
    [InlineData(0x80, 'X')] // not NIXE
    [InlineData(0x88, 0xFF)] // length of the path
    [InlineData(0x90, 'x')] // another store directory
    [InlineData(0x9B, '.')] // no base 32
    [InlineData(0xCF, 1)] // padding
    public async Task A_changed_byte_is_refused_and_leaves_nothing(int at, int value)
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var bytes = Vectors.Read("export", "src.export");
        Assert.NotEqual((byte)value, bytes[at]);
        bytes[at] = (byte)value;
        await Assert.ThrowsAsync<NixFormatException>(() => ImportAsync(temporary, bytes));
        Assert.Empty(LocalStoreTests.Objects(temporary));
        Assert.Empty(await temporary.Store.AllValidAsync(s_ct));
    }

    [Theory]
    [InlineData("/nix/store/../etc/8bznhhm6dlj274in8lqs9av03bg1xdab-s")]
    [InlineData("/nix/store/8bznhhm6dlj274in8lqs9av03bg1xdab-s/../../x")]
    [InlineData("/nix/store/8bznhhm6dlj274in8lqs9av03bg1xdab-..")]
    [InlineData("/nix/store/.links")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public async Task A_path_that_leads_elsewhere_is_refused(string path)
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var bytes = Vectors.Read("export", "src.export").AsSpan(0, 0x88).ToArray();
        byte[] text = [.. Encoding.UTF8.GetBytes(path)];
        byte[] stream =
        [
            .. bytes,
            .. Number((ulong)text.Length),
            .. text,
            .. new byte[-text.Length & 7],
            .. Number(0),
            .. Number(0),
            .. Number(0),
            .. Number(0),
        ];
        await Assert.ThrowsAsync<NixFormatException>(() => ImportAsync(temporary, stream));
        Assert.Empty(LocalStoreTests.Objects(temporary));
    }

    [Fact]
    public async Task A_path_whose_references_are_not_there_is_refused()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var paths = await ImportAsync(temporary, s_closure);
        var last = await ExportAsync(temporary, [paths[^1]]);
        await temporary.Store.DeleteAsync(paths[^1], s_ct);
        await temporary.Store.DeleteAsync(paths[^2], s_ct);
        await Assert.ThrowsAsync<StoreException.MissingReference>(() => ImportAsync(temporary, last));
        Assert.Single(LocalStoreTests.Objects(temporary));
    }

    [Fact]
    public async Task An_endless_archive_is_ended_at_the_limit_and_leaves_nothing()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var bytes = Vectors.Read("export", "src.export");
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(0x60), long.MaxValue - 7);
        await using var endless = new EndlessStream(bytes);
        var error = await Assert.ThrowsAsync<NixFormatException>(() =>
            new StoreImporter(temporary.Store).ImportAsync(endless, 4_000_000, null, s_ct)
        );
        Assert.Contains("4000000", error.Message, StringComparison.Ordinal);
        Assert.Empty(LocalStoreTests.Objects(temporary));
    }

    [Fact]
    public async Task Counts_of_references_that_cannot_be_are_refused_at_once()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var bytes = Vectors.Read("export", "src.export");
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(0xD0), ulong.MaxValue);
        await Assert.ThrowsAsync<NixFormatException>(() => ImportAsync(temporary, bytes));
    }

    [Fact]
    public async Task What_has_changed_on_the_disk_is_not_exported()
    {
        await using var temporary = await TemporaryStore.OpenAsync(Farm.Store.Local.ImmutableBit.Off, optimise: false);
        var paths = await ImportAsync(temporary, s_closure);
        var file = temporary.Store.Layout.ToPhysical(paths[0]);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var contents = await File.ReadAllBytesAsync(file, s_ct);
        contents[0] ^= 1;
        await File.WriteAllBytesAsync(file, contents, s_ct);
        await Assert.ThrowsAsync<StoreException.HashMismatch>(() => ExportAsync(temporary, paths));
    }

    [RequiresNixFact]
    public async Task Real_Nix_imports_what_we_export_and_exports_the_same()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var tree = await LocalStoreTests.AddTreeAsync(temporary, "tree", ("a", "one"), ("d/b", "one"), ("run", "#!"));
        var text = Encoding.ASCII.GetBytes(StoreDir.Default.Print(tree.Path));
        var note = await temporary.Store.AddTextAsync(StorePathName.Parse("note"), text, [tree.Path], s_ct);
        var bytes = await ExportAsync(temporary, [note.Path, tree.Path]);
        var file = temporary.Work("stream");
        await File.WriteAllBytesAsync(file, bytes, s_ct);

        using var nix = new RealNix();
        await nix.RunShellAsync($"nix-store --store {nix.Root} --import < {file}", s_ct);
        await nix.RunAsync("nix-store", ["--verify", "--check-contents"], s_ct);
        var again = temporary.Work("again");
        var names = $"{StoreDir.Default.Print(note.Path)} {StoreDir.Default.Print(tree.Path)}";
        await nix.RunShellAsync($"nix-store --store {nix.Root} --export {names} > {again}", s_ct);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(again, s_ct));

        await using var other = await TemporaryStore.OpenAsync();
        Assert.Equal([tree.Path, note.Path], await ImportAsync(other, await File.ReadAllBytesAsync(again, s_ct)));
        var found = (await other.Store.QueryAsync(note.Path, s_ct))!;
        Assert.Equal((note.NarHash, note.NarSizeBytes), (found.NarHash, found.NarSizeBytes));
        Assert.Equal(note.References, found.References);
    }

    private static byte[] Number(ulong number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        return bytes;
    }

    private static async Task<IReadOnlyList<StorePath>> ImportAsync(TemporaryStore temporary, byte[] bytes) =>
        await new StoreImporter(temporary.Store).ImportAsync(new MemoryStream(bytes), long.MaxValue, null, s_ct);

    private static async Task<byte[]> ExportAsync(TemporaryStore temporary, IReadOnlyCollection<StorePath> paths)
    {
        using var output = new MemoryStream();
        await new StoreExporter(temporary.Store).ExportAsync(paths, output, null, s_ct);
        return output.ToArray();
    }
}
