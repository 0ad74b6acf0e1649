using System.Text;
using Farm.Store;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Local;

public sealed class RealNixStoreTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [RequiresNixFact]
    public async Task Real_Nix_finds_nothing_wrong_and_agrees_on_references()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var store = temporary.Store;
        var tree = await LocalStoreTests.AddTreeAsync(temporary, "tree", ("a", "one"), ("d/b", "one"), ("run", "#!"));
        var text = Encoding.ASCII.GetBytes(store.StoreDir.Print(tree.Path));
        var note = await store.AddTextAsync(StorePathName.Parse("note"), text, [tree.Path], s_ct);
        var outputs = await RegisterTwoAsync(temporary, note.Path);
        var root = temporary.Settings.Layout.Root;
        var last = outputs[1].Path;
        var references = await store.ReferencesAsync(last, s_ct);
        var closure = await store.ClosureAsync([last], s_ct);
        await temporary.CloseAsync();

        using var nix = RealNix.OnStoreAt(root);
        await nix.RunAsync("nix-store", ["--verify", "--check-contents"], s_ct);
        Assert.Equal(closure.Order(), (await nix.RequisitesAsync([last], s_ct)).Order());
        var said = await nix.RunAsync("nix-store", ["--query", "--references", nix.StoreDir.Print(last)], s_ct);
        Assert.Equal(
            references.Select(nix.StoreDir.Print),
            said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Outputs_are_canonical_scanned_and_registered_together()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var note = await temporary.Store.AddTextAsync(StorePathName.Parse("note"), "n"u8.ToArray(), [], s_ct);
        var outputs = await RegisterTwoAsync(temporary, note.Path);
        Assert.Equal([note.Path], outputs[0].References);
        Assert.Equal([outputs[0].Path, outputs[1].Path], outputs[1].References);
        var file = temporary.Store.Layout.ToPhysical(outputs[0].Path) + "/bin/tool";
        Assert.Equal(
            UnixFileMode.UserRead
                | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead
                | UnixFileMode.GroupExecute
                | UnixFileMode.OtherRead
                | UnixFileMode.OtherExecute,
            File.GetUnixFileMode(file)
        );
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1), File.GetLastWriteTimeUtc(file));
        Assert.Equal(outputs[0].Path, (await temporary.Store.ReferrersAsync(note.Path, s_ct))[0]);
    }

    [Fact]
    public async Task A_fixed_output_with_another_hash_is_refused_and_leaves_nothing()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var made = temporary.Work("made");
        await File.WriteAllTextAsync(made, "hello", s_ct);
        var wanted = Farm.Store.Hashing.Hash.Compute(Farm.Store.Hashing.HashAlgorithm.Sha256, "other"u8);
        var address = ContentAddress.Create(ContentAddressMethod.Flat, wanted);
        var path = StorePathMaker.Fixed(StoreDir.Default, StorePathName.Parse("fixed"), address);
        await Assert.ThrowsAsync<StoreException.HashMismatch>(() =>
            temporary.Store.RegisterOutputsAsync([new BuiltOutput(path, made, address)], [], null, s_ct)
        );
        Assert.Empty(LocalStoreTests.Objects(temporary));
    }

    private static async Task<IReadOnlyList<Farm.Store.PathInfos.PathInfo>> RegisterTwoAsync(
        TemporaryStore temporary,
        StorePath reference
    )
    {
        var storeDir = temporary.Store.StoreDir;
        var first = StorePath.Parse("0123456789abcdfghijklmnpqrsvwxyz-first");
        var second = StorePath.Parse("1123456789abcdfghijklmnpqrsvwxyz-second");
        var made = temporary.Work("outputs");
        Directory.CreateDirectory($"{made}/first/bin");
        await File.WriteAllTextAsync($"{made}/first/bin/tool", $"uses {storeDir.Print(reference)}", s_ct);
        File.SetUnixFileMode($"{made}/first/bin/tool", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync($"{made}/second", $"{first} and {second}", s_ct);
        return await temporary.Store.RegisterOutputsAsync(
            [new BuiltOutput(first, $"{made}/first"), new BuiltOutput(second, $"{made}/second")],
            [reference],
            null,
            s_ct
        );
    }
}
