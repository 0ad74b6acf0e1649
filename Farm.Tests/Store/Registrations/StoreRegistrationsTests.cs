using System.Text;
using Farm.Store;
using Farm.Store.Paths;
using Farm.Store.Registrations;
using Farm.Tests.Store.Local;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Registrations;

public sealed class StoreRegistrationsTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task What_Nix_dumped_is_read_and_printed_as_the_same_text()
    {
        var text = Encoding.UTF8.GetString(Vectors.Read("db", "nix-2.8.0-store.dump-db.txt"));
        using var reader = new StringReader(text);
        var printed = new StringBuilder();
        while (await ValidityText.ReadAsync(StoreDir.Default, reader, hasHashes: true, s_ct) is { } info)
            printed.Append(ValidityText.Print(StoreDir.Default, info));
        Assert.Equal(text, printed.ToString());
    }

    [Fact]
    public async Task A_dump_is_loaded_whole_or_not_at_all()
    {
        var text = Encoding.UTF8.GetString(Vectors.Read("db", "nix-2.8.0-store.dump-db.txt"));
        await using var temporary = await TemporaryStore.OpenAsync();
        var registrations = new StoreRegistrations(temporary.Store);
        await Assert.ThrowsAsync<NixFormatException>(() => LoadAsync(text[..^60]));
        await Assert.ThrowsAsync<NixFormatException>(() => LoadAsync(text + "nonsense\n"));
        var second = text.IndexOf("\n/nix/store/2qwic35", StringComparison.Ordinal) + 1;
        await Assert.ThrowsAsync<StoreException.MissingReference>(() => LoadAsync(text[second..]));
        Assert.Empty(await temporary.Store.AllValidAsync(s_ct));

        Assert.Equal(10, await LoadAsync(text));
        Assert.Equal(text, await DumpAsync(temporary));
        Assert.Equal(0, await LoadAsync(text));
        Assert.Equal(10, await registrations.LoadAsync(new StringReader(text), true, again: true, s_ct));

        Task<int> LoadAsync(string given) =>
            registrations.LoadAsync(new StringReader(given), hasHashes: true, again: false, s_ct);
    }

    [Fact]
    public async Task Without_hashes_the_files_are_read()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var tree = await LocalStoreTests.AddTreeAsync(temporary, "tree", ("a", "one"));
        var path = StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-made");
        await File.WriteAllTextAsync(temporary.Store.Layout.ToPhysical(path), "text", s_ct);
        var text = $"{StoreDir.Default.Print(path)}\n\n1\n{StoreDir.Default.Print(tree.Path)}\n";
        var registrations = new StoreRegistrations(temporary.Store);
        Assert.Equal(1, await registrations.LoadAsync(new StringReader(text), hasHashes: false, again: false, s_ct));
        Assert.Equal([tree.Path], await temporary.Store.ReferencesAsync(path, s_ct));
        Assert.True((await temporary.Store.CheckContentsAsync(path, s_ct)).IsIntact);
    }

    [RequiresNixFact]
    public async Task Real_Nix_dumps_the_same_and_loads_what_we_dumped()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var tree = await LocalStoreTests.AddTreeAsync(temporary, "tree", ("a", "one"), ("d/b", "two"));
        var text = Encoding.ASCII.GetBytes(StoreDir.Default.Print(tree.Path));
        await temporary.Store.AddTextAsync(StorePathName.Parse("note"), text, [tree.Path], s_ct);
        var ours = await DumpAsync(temporary);
        await temporary.CloseAsync();
        using (var nix = RealNix.OnStoreAt(temporary.Settings.Layout.Root))
            Assert.Equal(ours, await nix.RunAsync("nix-store", ["--dump-db"], s_ct));

        using var other = new RealNix();
        var file = temporary.Work("dump");
        await File.WriteAllTextAsync(file, ours, s_ct);
        await other.RunShellAsync($"nix-store --store {other.Root} --load-db < {file}", s_ct);
        Assert.Equal(ours, await other.RunAsync("nix-store", ["--dump-db"], s_ct));
    }

    private static async Task<string> DumpAsync(TemporaryStore temporary)
    {
        await using var output = new StringWriter();
        await new StoreRegistrations(temporary.Store).DumpAsync(null, output, s_ct);
        return output.ToString();
    }
}
