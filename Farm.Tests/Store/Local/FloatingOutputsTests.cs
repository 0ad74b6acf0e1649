using System.Text;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Local;

/// <summary>What Nix 2.8 cannot be asked about, or does otherwise.</summary>
public sealed class FloatingOutputsTests : IAsyncLifetime, IDisposable
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly StorePath s_drv = StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-x.drv");

    private readonly TemporaryDirectory _directory = new();
    private TemporaryStore _store = null!; // InitializeAsync sets it

    public async Task InitializeAsync() => _store = await TemporaryStore.OpenAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_text_may_refer_to_others_and_its_path_follows_from_that()
    {
        var other = await _store.Store.AddTextAsync(StorePathName.Parse("other"), "other"u8.ToArray(), [], s_ct);
        var text = _store.Store.StoreDir.Print(other.Path);
        var info = (await RegisterAsync("text:sha256", [other.Path], Scratch("x"), text))[0];
        var digest = Sha256Digest.Compute(Encoding.UTF8.GetBytes(text));
        Assert.Equal(
            StorePathMaker.Text(_store.Store.StoreDir, StorePathName.Parse("x"), digest, [other.Path]),
            info.Path
        );
        Assert.Equal([other.Path], info.References);
        Assert.Equal(info, await _store.Store.QueryAsync(info.Path, s_ct));
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("r:sha1")]
    [InlineData("text:sha256")]
    public async Task An_output_that_refers_to_itself_is_refused_where_its_method_does_not_allow_that(string how)
    {
        var refusal = await Assert.ThrowsAsync<StoreException.RefusedOutput>(() =>
            RegisterAsync(how, [], Scratch("x"), Scratch("x").ToString())
        );
        Assert.Contains(
            "not allowed to refer to other store paths, and it refers to itself",
            refusal.Reason,
            StringComparison.Ordinal
        );
        Assert.Empty(await _store.Store.AllValidAsync(s_ct));
    }

    [Fact]
    public async Task Names_of_files_that_would_come_in_another_order_are_refused()
    {
        // Of the two names, one is before, one behind whatever the final hash part is.
        var scratch = Scratch("x");
        var tree = Directory.CreateDirectory(_directory.File("out")).FullName;
        await File.WriteAllTextAsync(Path.Combine(tree, scratch.Hash.ToString()), "");
        for (var digit = 0; digit < 32; digit++)
            await File.WriteAllTextAsync(Path.Combine(tree, $"{NixBase32.Encode([(byte)digit])[^1..]}~{digit}"), "");
        var output = new BuiltOutput(scratch, tree) { Floating = MethodAlgorithm.Parse("r:sha256") };
        var refusal = await Assert.ThrowsAsync<StoreException.RefusedOutput>(() =>
            _store.Store.RegisterOutputsAsync([output], [], s_drv, s_ct)
        );
        Assert.Contains("another order", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_registered_is_what_its_address_says()
    {
        var scratch = Scratch("x");
        var info = (await RegisterAsync("r:sha256", [], scratch, $"{scratch} and {scratch}\n"))[0];
        Assert.NotEqual(scratch, info.Path);
        Assert.Equal([info.Path], info.References);
        Assert.True(info.IsContentAddressed(_store.Store.StoreDir));
        using var nar = new MemoryStream();
        await _store.Store.DumpNarAsync(info.Path, nar, s_ct);
        nar.Position = 0;
        await using var another = await TemporaryStore.OpenAsync();
        Assert.Equal(info.Path, (await another.Store.AddFromNarAsync(info, nar, s_ct)).Path);
    }

    [Fact]
    public async Task References_that_are_not_recorded_are_rewritten_all_the_same()
    {
        var (one, two) = (Scratch("one"), Scratch("two"));
        BuiltOutput[] outputs =
        [
            Output(one, "r:sha256", $"{two}") with
            {
                DiscardsReferences = true,
            },
            Output(two, "r:sha256", "two"),
        ];
        var infos = await _store.Store.RegisterOutputsAsync(outputs, [], s_drv, s_ct);
        Assert.Empty(infos[0].References);
        Assert.Equal($"{infos[1].Path}", await File.ReadAllTextAsync(_store.Store.Layout.ToPhysical(infos[0].Path)));
    }

    private static StorePath Scratch(string name) =>
        StorePathMaker.Scratch(StoreDir.Default, s_drv, name, StorePathName.Parse(name));

    private BuiltOutput Output(StorePath path, string how, string text)
    {
        var file = _directory.File(path.Name);
        File.WriteAllText(file, text);
        return new(path, file) { Floating = MethodAlgorithm.Parse(how) };
    }

    private Task<IReadOnlyList<PathInfo>> RegisterAsync(
        string how,
        StorePath[] candidates,
        StorePath path,
        string text
    ) => _store.Store.RegisterOutputsAsync([Output(path, how, text)], candidates, s_drv, s_ct);
}
