using System.IO.MemoryMappedFiles;
using System.Text;
using Farm.Store;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Local;

/// <summary>Outputs of builders without a sandbox, who could hand their files to anybody.</summary>
public sealed class OutputSealTests : IAsyncLifetime
{
    private const uint Builder = 1_234_501;

    private static readonly StorePath s_path = StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-x");

    private TemporaryStore _store = null!; // InitializeAsync sets it

    private string Output => Path.Combine(Path.GetDirectoryName(_store.Settings.Layout.PhysicalStoreDir)!, "output");

    private string Kept => _store.Store.Layout.ToPhysical(s_path);

    public async Task InitializeAsync() => _store = await TemporaryStore.OpenAsync(ImmutableBit.Off, optimise: false);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [RootFact]
    public async Task What_nobody_writes_to_is_not_copied()
    {
        Make("a", "b/c", "b/d/e");
        using var reader = File.OpenRead(Path.Combine(Output, "a"));
        string[] names = ["", "a", "b", "b/c", "b/d", "b/d/e"];
        var before = names.Select(name => FileStatuses.Of(Path.Combine(Output, name)).Inode).ToArray();
        await RegisterAsync();
        Assert.Equal(before, names.Select(name => FileStatuses.Of(Path.Combine(Kept, name)).Inode));
        Assert.All(names, name => AssertCanonical(Path.Combine(Kept, name)));
    }

    [RootFact]
    public async Task A_file_that_is_open_for_writing_is_copied_and_all_else_with_it()
    {
        Make("a", "b/c", "b/d/e");
        using var writer = new FileStream(Path.Combine(Output, "b/d/e"), FileMode.Open, FileAccess.ReadWrite);
        var before = FileStatuses.Of(Path.Combine(Output, "b/d/e")).Inode;
        var info = await RegisterAsync();
        await writer.WriteAsync("gained"u8.ToArray());
        await writer.FlushAsync();
        Assert.NotEqual(before, FileStatuses.Of(Path.Combine(Kept, "b/d/e")).Inode);
        await AssertWholeAsync(info, "a", "b", "b/c", "b/d", "b/d/e");
    }

    [RootFact]
    public async Task So_is_one_that_is_mapped_by_somebody_who_has_closed_it()
    {
        Make("a");
        var file = Path.Combine(Output, "a");
        using var view = Mapped(file);
        var info = await RegisterAsync();
        view.Write(0, (byte)'X');
        view.Flush();
        await AssertWholeAsync(info, "a");
    }

    [RootFact]
    public async Task So_is_one_that_has_a_name_elsewhere()
    {
        Make("a");
        var elsewhere = Output + ".link";
        Link(Path.Combine(Output, "a"), elsewhere);
        var info = await RegisterAsync();
        Assert.NotEqual(FileStatuses.Of(elsewhere).Inode, FileStatuses.Of(Path.Combine(Kept, "a")).Inode);
        await AssertWholeAsync(info, "a");
    }

    [RootFact]
    public async Task Names_of_one_file_in_it_are_all_taken()
    {
        Make("a", "b/c");
        Link(Path.Combine(Output, "a"), Path.Combine(Output, "b/d"));
        await AssertWholeAsync(await RegisterAsync(), "a", "b", "b/c", "b/d");
    }

    [RootFact]
    public async Task Somebody_elses_file_deep_in_it_is_refused()
    {
        Make("a", "b/d/e");
        Own(Path.Combine(Output, "b/d/e"), 0);
        var refusal = await Assert.ThrowsAsync<StoreException.UnsupportedFile>(RegisterAsync);
        Assert.Contains(
            "'e' belongs to the user 0 and not to its builder, 1234501",
            refusal.Message,
            StringComparison.Ordinal
        );
        Assert.Null(await _store.Store.QueryAsync(s_path, default));
    }

    [RootFact]
    public async Task Modes_and_kinds_that_a_builder_leaves_are_no_hindrance()
    {
        Make("a", "b/c", "run");
        File.SetUnixFileMode(Path.Combine(Output, "a"), UnixFileMode.None);
        File.SetUnixFileMode(Path.Combine(Output, "run"), (UnixFileMode)0x9FF); // 4777
        File.CreateSymbolicLink(Path.Combine(Output, "l"), "/nowhere");
        Own(Path.Combine(Output, "l"), Builder);
        File.SetUnixFileMode(Path.Combine(Output, "b"), UnixFileMode.None);
        var before = FileStatuses.Of(Path.Combine(Output, "a")).Inode;
        var info = await RegisterAsync();
        Assert.Equal(before, FileStatuses.Of(Path.Combine(Kept, "a")).Inode);
        Assert.Equal(0x16Du, FileStatuses.Of(Path.Combine(Kept, "run")).Permissions);
        await AssertWholeAsync(info, "a", "b", "b/c", "run", "l");
    }

    private async Task<PathInfo> RegisterAsync()
    {
        var output = new BuiltOutput(s_path, Output) { Owner = Builder };
        return Assert.Single(await _store.Store.RegisterOutputsAsync([output], [], null, static _ => null, default));
    }

    /// <summary>What is in the store is what was hashed, canonical.</summary>
    private async Task AssertWholeAsync(PathInfo info, params string[] names)
    {
        Assert.True((await _store.Store.CheckContentsAsync(info.Path, default)).IsIntact);
        Assert.All(names, name => AssertCanonical(Path.Combine(Kept, name)));
    }

    private static void AssertCanonical(string file)
    {
        var status = FileStatuses.Of(file);
        Assert.Equal((0u, true), (status.User, status.IsStoreTime));
        if (!status.IsSymlink)
            Assert.Equal(status.IsExecutable ? 0x16Du : 0x124u, status.Permissions);
    }

    private static MemoryMappedViewAccessor Mapped(string file)
    {
        using var mapped = MemoryMappedFile.CreateFromFile(file, FileMode.Open);
        return mapped.CreateViewAccessor();
    }

    /// <summary>Another process writes them: one that another test starts meanwhile has a copy of our descriptors for a moment.</summary>
    private void Make(params string[] names)
    {
        foreach (var name in names)
        {
            var file = Path.Combine(Output, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!); // It has one.
            Programs.Run("sh", "-c", "printf 'honest %s' \"$1\" > \"$2\"", "sh", name, file);
            Own(file, Builder);
        }
        foreach (var directory in Directory.GetDirectories(Output, "*", SearchOption.AllDirectories).Append(Output))
            Own(directory, Builder);
    }

    private static void Link(string from, string to)
    {
        const int here = Syscalls.CurrentDirectory;
        Assert.Equal(0, Syscalls.Link(here, Bytes(from), here, Bytes(to)));
    }

    private static void Own(string file, uint user) =>
        Assert.Equal(0, Syscalls.ChangeOwner(Syscalls.CurrentDirectory, Bytes(file), user, user));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
