using System.Text;
using Farm.Store;
using Farm.Store.Copying;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Store.Local;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Copying;

public sealed class ContentAddresserTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private static readonly StorePath s_first = StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-first");
    private static readonly StorePath s_second = StorePath.Parse("1qmn2l8wrkar36vxrfcxbgp7qbn7793q-second");

    [Fact]
    public async Task Paths_follow_from_their_content_and_refer_to_each_other_and_themselves()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await BuildTwoAsync(temporary);
        var made = await new ContentAddresser(temporary.Store).RewriteAsync([s_second], null, s_ct);
        var second = (await temporary.Store.QueryAsync(made[s_second], s_ct))!;
        Assert.Equal([.. new[] { made[s_first], made[s_second] }.Order()], second.References.ToArray());
        Assert.True(second.IsContentAddressed(StoreDir.Default));
        Assert.False(second.IsUltimate);
        var text = await File.ReadAllTextAsync(temporary.Store.Layout.ToPhysical(second.Path) + "/names", s_ct);
        Assert.Equal($"{StoreDir.Default.Print(made[s_first])} {StoreDir.Default.Print(made[s_second])}", text);
        Assert.True((await temporary.Store.CheckContentsAsync(second.Path, s_ct)).IsIntact);
        Assert.Equal(made, await new ContentAddresser(temporary.Store).RewriteAsync([s_second], null, s_ct));
    }

    [Fact]
    public async Task A_content_address_with_a_self_reference_is_checked_against_the_content()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await BuildTwoAsync(temporary);
        var made = await new ContentAddresser(temporary.Store).RewriteAsync([s_second], null, s_ct);
        var info = (await temporary.Store.QueryAsync(made[s_second], s_ct))!;
        using var nar = new MemoryStream();
        await temporary.Store.DumpNarAsync(info.Path, nar, s_ct);
        await temporary.Store.DeleteAsync(info.Path, s_ct);
        var bytes = nar.ToArray();
        Assert.Equal(info with { RegistrationTime = default }, await AddAsync(info, bytes));

        await temporary.Store.DeleteAsync(info.Path, s_ct);
        var at = bytes.AsSpan().IndexOf("unchanged"u8);
        bytes[at] = (byte)'U';
        var changed = info with { NarHash = Farm.Store.Hashing.Sha256Digest.Compute(bytes) };
        Assert.True(changed.IsContentAddressed(StoreDir.Default));
        await Assert.ThrowsAsync<StoreException.HashMismatch>(() => AddAsync(changed, bytes));
        Assert.Null(await temporary.Store.QueryAsync(info.Path, s_ct));

        async Task<PathInfo> AddAsync(PathInfo expected, byte[] archive) =>
            await temporary.Store.AddFromNarAsync(expected, new MemoryStream(archive), s_ct) with
            {
                RegistrationTime = default,
            };
    }

    [RequiresNixFact]
    public async Task Real_Nix_makes_the_same_paths()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.Off, optimise: false);
        await BuildTwoAsync(temporary);
        var tree = await LocalStoreTests.AddTreeAsync(temporary, "tree", ("a", "one"));
        var ours = await new ContentAddresser(temporary.Store).RewriteAsync([s_second, tree.Path], null, s_ct);
        var infos = new List<PathInfo>();
        foreach (var path in ours.Values)
            infos.Add((await temporary.Store.QueryAsync(path, s_ct))!);
        foreach (var path in new[] { ours[s_second], ours[s_first] })
            await temporary.Store.DeleteAsync(path, s_ct);
        await temporary.CloseAsync();

        using var nix = RealNix.OnStoreAt(temporary.Settings.Layout.Root);
        await nix.RunAsync(
            "nix",
            [
                "--extra-experimental-features",
                "nix-command",
                "store",
                "make-content-addressed",
                StoreDir.Default.Print(s_second),
                StoreDir.Default.Print(tree.Path),
            ],
            s_ct
        );
        await temporary.ReopenAsync();
        foreach (var info in infos)
        {
            var theirs = (await temporary.Store.QueryAsync(info.Path, s_ct))!;
            Assert.Equal(info.References, theirs.References);
            Assert.Equal(info.ContentAddress, theirs.ContentAddress);
        }
    }

    /// <summary>A file, and a directory that names the file and itself.</summary>
    private static async Task BuildTwoAsync(TemporaryStore temporary)
    {
        var first = temporary.Work("first");
        await File.WriteAllTextAsync(first, "hello", s_ct);
        var second = temporary.Work("second");
        Directory.CreateDirectory(second);
        var names = $"{StoreDir.Default.Print(s_first)} {StoreDir.Default.Print(s_second)}";
        await File.WriteAllTextAsync(second + "/names", names, Encoding.ASCII, s_ct);
        await File.WriteAllTextAsync(second + "/other", "unchanged", s_ct);
        File.CreateSymbolicLink(second + "/link", StoreDir.Default.Print(s_second) + "/other");
        await temporary.Store.RegisterOutputsAsync(
            [new BuiltOutput(s_first, first), new BuiltOutput(s_second, second)],
            [],
            null,
            s_ct
        );
    }
}
