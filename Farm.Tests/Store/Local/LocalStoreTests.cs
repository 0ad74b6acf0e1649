using System.Security.Cryptography;
using System.Text;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Support;
using HashAlgorithm = Farm.Store.Hashing.HashAlgorithm;

namespace Farm.Tests.Store.Local;

public sealed class LocalStoreTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task A_tree_is_added_dumped_and_found_again()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var store = temporary.Store;
        var info = await AddTreeAsync(temporary, "tree", ("a", "one"), ("d/b", "two"), ("d/c", "one"));

        Assert.Equal(info, await store.QueryAsync(info.Path, s_ct));
        Assert.Equal(info.Path, await store.QueryPathFromHashPartAsync(info.Path.Hash, s_ct));
        using var nar = new MemoryStream();
        await store.DumpNarAsync(info.Path, nar, s_ct);
        Assert.Equal(info.NarSizeBytes, nar.Length);
        Assert.Equal(info.NarHash, Sha256Digest.FromBytes(SHA256.HashData(nar.ToArray())));
    }

    [Fact]
    public async Task Adding_what_is_there_changes_nothing()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var first = await AddTreeAsync(temporary, "tree", ("a", "one"));
        var second = await AddTreeAsync(temporary, "tree", ("a", "one"));
        Assert.Equal(first, second);
        Assert.Empty(Leftovers(temporary));
    }

    [Fact]
    public async Task A_copy_by_NAR_has_the_same_info_and_files()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await using var other = await TemporaryStore.OpenAsync();
        var info = await AddTreeAsync(
            temporary,
            "tree",
            ("a", "one"),
            ("run", "#!"),
            ("d/e/f", new string('x', 700_000))
        );
        using var nar = new MemoryStream();
        await temporary.Store.DumpNarAsync(info.Path, nar, s_ct);
        nar.Position = 0;
        var copied = await other.Store.AddFromNarAsync(info, nar, s_ct);
        Assert.Equal(info, copied);
        Assert.Equal(
            new string('x', 700_000),
            await File.ReadAllTextAsync(other.Store.Layout.ToPhysical(info.Path) + "/d/e/f", s_ct)
        );
    }

    [Fact]
    public async Task Equal_files_are_stored_once()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await AddTreeAsync(temporary, "tree", ("a", "same"), ("b", "same"), ("c", "other"));
        Assert.Equal(2, temporary.Store.Links.Added);
        Assert.Equal(1, temporary.Store.Links.Replaced);
        Assert.Equal(4, temporary.Store.Links.SavedBytes);
    }

    [Fact]
    public async Task A_deleted_path_leaves_nothing()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var kept = await AddTreeAsync(temporary, "kept", ("a", "same"));
        var gone = await AddTreeAsync(temporary, "gone", ("a", "same"), ("d/b", "other"));
        await temporary.Store.DeleteAsync(gone.Path, s_ct);
        await temporary.Store.SweepLinksAsync(s_ct);
        Assert.Null(await temporary.Store.QueryAsync(gone.Path, s_ct));
        Assert.Equal([kept.Path.ToString()], Objects(temporary));
        Assert.Single(Directory.GetFiles(temporary.Store.Layout.LinksDir));
    }

    [Fact]
    public async Task A_dump_that_lacks_a_file_of_the_path_is_no_success()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.Off);
        var info = await AddTreeAsync(temporary, "tree", ("a", "one"), ("d/b", "two"));
        var directory = Path.Combine(temporary.Store.Layout.ToPhysical(info.Path), "d");
        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.UserWrite);
        File.Delete(Path.Combine(directory, "b"));
        await Assert.ThrowsAsync<StoreException.HashMismatch>(() =>
            temporary.Store.DumpNarAsync(info.Path, Stream.Null, s_ct)
        );
    }

    [Fact]
    public async Task A_path_in_use_is_not_deleted()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var used = await AddTreeAsync(temporary, "used", ("a", "one"));
        var text = Encoding.ASCII.GetBytes(temporary.Store.StoreDir.Print(used.Path));
        await temporary.Store.AddTextAsync(StorePathName.Parse("user"), text, [used.Path], s_ct);
        await Assert.ThrowsAsync<StoreException.InUse>(() => temporary.Store.DeleteAsync(used.Path, s_ct));
        Assert.NotNull(await temporary.Store.QueryAsync(used.Path, s_ct));
    }

    [Fact]
    public async Task A_NAR_with_another_hash_is_refused_and_leaves_nothing()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var nar = Vectors.Read("nar", "mixed.nar");
        var info = Claim(nar) with { NarHash = Sha256Digest.Compute("else"u8) };
        await Assert.ThrowsAsync<StoreException.HashMismatch>(() =>
            temporary.Store.AddFromNarAsync(info, new MemoryStream(nar), s_ct)
        );
        Assert.Empty(Objects(temporary));
        Assert.Empty(Leftovers(temporary));
    }

    [Fact]
    public async Task A_NAR_with_another_size_is_refused_and_leaves_nothing()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var nar = Vectors.Read("nar", "mixed.nar");
        var info = Claim(nar) with { NarSizeBytes = nar.Length + 8 };
        await Assert.ThrowsAsync<StoreException.HashMismatch>(() =>
            temporary.Store.AddFromNarAsync(info, new MemoryStream([.. nar, .. new byte[8]]), s_ct)
        );
        Assert.Empty(Leftovers(temporary));
    }

    [Fact]
    public async Task A_malformed_NAR_is_refused_and_leaves_nothing()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var nar = Vectors.Read("nar", "mixed.nar");
        await Assert.ThrowsAsync<NixFormatException>(() =>
            temporary.Store.AddFromNarAsync(Claim(nar), new MemoryStream(nar[..^8]), s_ct)
        );
        Assert.Empty(Leftovers(temporary));
    }

    [Fact]
    public async Task An_unknown_reference_is_refused_before_anything_is_read()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var nar = new MemoryStream(Vectors.Read("nar", "mixed.nar"));
        var info = Claim(nar.ToArray()) with { References = [StorePath.Parse($"{new string('z', 32)}-missing")] };
        await Assert.ThrowsAsync<StoreException.MissingReference>(() =>
            temporary.Store.AddFromNarAsync(info, nar, s_ct)
        );
        Assert.Equal(0, nar.Position);
    }

    [Fact]
    public async Task Names_that_are_not_UTF_8_survive()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var nar = Vectors.Read("nar", "bytes-names.nar");
        await temporary.Store.AddFromNarAsync(Claim(nar), new MemoryStream(nar), s_ct);
        using var dumped = new MemoryStream();
        await temporary.Store.DumpNarAsync(Claim(nar).Path, dumped, s_ct);
        Assert.Equal(nar, dumped.ToArray());
    }

    [Fact]
    public async Task A_second_opener_is_told_who_has_the_store()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var refusal = await Assert.ThrowsAsync<StoreException.Owned>(() =>
            LocalStore.OpenAsync(temporary.Settings, temporary.System, TimeProvider.System, s_ct)
        );
        Assert.Contains($"process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flat_content_is_addressed_by_its_bytes()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var file = temporary.Work("file");
        await File.WriteAllTextAsync(file, "hello", s_ct);
        var name = StorePathName.Parse("file");
        var info = await temporary.Store.AddFileTreeAsync(
            name,
            file,
            ContentAddressMethod.Flat,
            HashAlgorithm.Sha1,
            s_ct
        );
        Assert.Equal(Hash.Compute(HashAlgorithm.Sha1, "hello"u8), info.ContentAddress?.Hash);
        Assert.True(info.IsContentAddressed(StoreDir.Default));
    }

    internal static async Task<PathInfo> AddTreeAsync(
        TemporaryStore temporary,
        string name,
        params (string File, string Text)[] files
    )
    {
        var root = temporary.Work($"{name}-{Guid.NewGuid():N}");
        foreach (var (file, text) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName($"{root}/{file}")!);
            await File.WriteAllTextAsync($"{root}/{file}", text, s_ct);
        }
        return await temporary.Store.AddFileTreeAsync(
            StorePathName.Parse(name),
            root,
            ContentAddressMethod.Nar,
            HashAlgorithm.Sha256,
            s_ct
        );
    }

    internal static IEnumerable<string> Objects(TemporaryStore temporary) =>
        Directory
            .EnumerateFileSystemEntries(temporary.Store.Layout.PhysicalStoreDir)
            .Select(path => Path.GetFileName(path))
            .Where(name => name != ".links");

    private static IEnumerable<string> Leftovers(TemporaryStore temporary) =>
        Objects(temporary).Where(name => name.StartsWith("tmp-", StringComparison.Ordinal));

    private static PathInfo Claim(byte[] nar) =>
        new()
        {
            Path = StorePath.Parse("00bgd045z0d4icpbc2yyz4gx48ak44la-some"),
            NarHash = Sha256Digest.Compute(nar),
            NarSizeBytes = nar.Length,
        };
}
