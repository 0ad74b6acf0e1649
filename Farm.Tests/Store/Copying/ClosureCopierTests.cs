using System.Collections.Immutable;
using System.Text;
using Farm.Store;
using Farm.Store.Copying;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Signing;
using Farm.Tests.Store.Local;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Copying;

public sealed class ClosureCopierTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task A_closure_is_copied_and_nothing_beside_it()
    {
        await using var from = await TemporaryStore.OpenAsync();
        await using var to = await TemporaryStore.OpenAsync();
        var chain = await ChainAsync(from, 20);
        var other = await LocalStoreTests.AddTreeAsync(from, "other", ("f", "other"));
        var progress = new Collected();
        var report = await Copier(from, to).CopyAsync([chain[^1].Path], progress, s_ct);
        Assert.Equal(chain.Select(info => info.Path), report.Copied);
        Assert.Equal(chain.Sum(info => info.NarSizeBytes), report.Bytes);
        Assert.Null(await to.Store.QueryAsync(other.Path, s_ct));
        foreach (var info in chain)
        {
            var found = (await to.Store.QueryAsync(info.Path, s_ct))!;
            Assert.Equal(info with { RegistrationTime = found.RegistrationTime }, found);
            Assert.True((await to.Store.CheckContentsAsync(info.Path, s_ct)).IsIntact);
        }
        Assert.Contains(new CopyProgress(20, 20, report.Bytes, report.Bytes), progress.All);
        Assert.Empty((await Copier(from, to).CopyAsync([chain[^1].Path], null, s_ct)).Copied);
    }

    [Fact]
    public async Task What_is_there_is_not_copied_again()
    {
        await using var from = await TemporaryStore.OpenAsync();
        await using var to = await TemporaryStore.OpenAsync();
        var chain = await ChainAsync(from, 6);
        await Copier(from, to).CopyAsync([chain[2].Path], null, s_ct);
        var report = await Copier(from, to).CopyAsync([.. chain.Select(info => info.Path)], null, s_ct);
        Assert.Equal(chain.Skip(3).Select(info => info.Path), report.Copied);
    }

    [Fact]
    public async Task A_copy_that_was_stopped_leaves_whole_paths_and_goes_on_where_it_was()
    {
        await using var from = await TemporaryStore.OpenAsync();
        await using var to = await TemporaryStore.OpenAsync();
        var chain = await ChainAsync(from, 10);
        using var stop = new CancellationTokenSource();
        var failing = new FaultyStore(from.Store) { BeforeDump = path => StopAt(path, chain[5].Path, stop) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ClosureCopier(failing, to.Store, new() { Parallel = 1 }).CopyAsync([chain[^1].Path], null, stop.Token)
        );
        Assert.Equal(5, (await to.Store.AllValidAsync(s_ct)).Count);
        Assert.Equal(5, LocalStoreTests.Objects(to).Count());
        Assert.Equal(5, (await Copier(from, to).CopyAsync([chain[^1].Path], null, s_ct)).Copied.Length);
    }

    [Fact]
    public async Task A_source_that_fails_is_the_reason_that_is_told()
    {
        await using var from = await TemporaryStore.OpenAsync();
        await using var to = await TemporaryStore.OpenAsync();
        var chain = await ChainAsync(from, 3);
        var failing = new FaultyStore(from.Store)
        {
            BeforeDump = path =>
            {
                if (path == chain[1].Path)
                    throw new StoreException.FileSystem("x", "read", new IOException("broken"));
            },
        };
        var error = await Assert.ThrowsAsync<StoreException.FileSystem>(() =>
            new ClosureCopier(failing, to.Store, new() { Parallel = 1 }).CopyAsync([chain[^1].Path], null, s_ct)
        );
        Assert.Contains("broken", error.Message, StringComparison.Ordinal);
        Assert.Single(LocalStoreTests.Objects(to));
    }

    [Fact]
    public async Task A_source_that_lies_about_contents_is_refused()
    {
        await using var from = await TemporaryStore.OpenAsync();
        await using var to = await TemporaryStore.OpenAsync();
        var big = await LocalStoreTests.AddTreeAsync(from, "big", ("f", new string('x', 5_000_000)));
        var lying = new FaultyStore(from.Store)
        {
            Told = info => info with { NarHash = Farm.Store.Hashing.Sha256Digest.Zero, ContentAddress = null },
        };
        await Assert.ThrowsAsync<StoreException.HashMismatch>(() =>
            new ClosureCopier(lying, to.Store, new()).CopyAsync([big.Path], null, s_ct)
        );
        Assert.Empty(LocalStoreTests.Objects(to));
    }

    [Fact]
    public async Task Paths_without_a_signature_are_refused_where_signatures_are_asked_for()
    {
        await using var from = await TemporaryStore.OpenAsync();
        await using var to = await TemporaryStore.OpenAsync();
        var key = SecretKey.Generate("k");
        var made = from.Work("made");
        await File.WriteAllTextAsync(made, "hello", s_ct);
        var path = StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-made");
        var info = (await from.Store.RegisterOutputsAsync([new BuiltOutput(path, made)], [], null, s_ct))[0];
        await Assert.ThrowsAsync<StoreException.Untrusted>(() => Checked(from, to).CopyAsync([path], null, s_ct));
        Assert.Empty(LocalStoreTests.Objects(to));

        await from.Store.AddSignaturesAsync(path, [key.Sign(StoreDir.Default, info)], s_ct);
        await Assert.ThrowsAsync<StoreException.Untrusted>(() => Checked(from, to).CopyAsync([path], null, s_ct));
        to.Settings = to.Settings with { Signing = new() { TrustedPublicKeys = [key.PublicKey] } };
        await to.ReopenAsync();
        await Checked(from, to).CopyAsync([path], null, s_ct);
        var found = (await to.Store.QueryAsync(path, s_ct))!;
        Assert.Equal((info.Path, false), (found.Path, found.IsUltimate));
        Assert.Single(found.Signatures);
    }

    [Fact]
    public async Task A_path_that_is_in_neither_store_and_another_store_directory_are_refused()
    {
        await using var from = await TemporaryStore.OpenAsync();
        await using var to = await TemporaryStore.OpenAsync();
        await Assert.ThrowsAsync<StoreException.InvalidPath>(() =>
            Copier(from, to).CopyAsync([StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-made")], null, s_ct)
        );
        var other = new FaultyStore(from.Store) { StoreDir = StoreDir.Parse("/other/store") };
        Assert.Throws<StoreException.OtherStoreDir>(() => new ClosureCopier(other, to.Store, new()));
    }

    [Fact]
    public async Task Many_paths_are_copied_at_a_time_and_each_after_its_references()
    {
        await using var from = await TemporaryStore.OpenAsync();
        await using var to = await TemporaryStore.OpenAsync();
        var leaves = new List<PathInfo>();
        for (var i = 0; i < 60; i++)
            leaves.Add(await LocalStoreTests.AddTreeAsync(from, $"leaf{i}", ("f", $"{i}")));
        var top = await from.Store.AddTextAsync(
            StorePathName.Parse("top"),
            "top"u8.ToArray(),
            [.. leaves.Select(leaf => leaf.Path)],
            s_ct
        );
        var report = await new ClosureCopier(from.Store, to.Store, new() { Parallel = 8 }).CopyAsync(
            [top.Path],
            null,
            s_ct
        );
        Assert.Equal(61, report.Copied.Length);
        Assert.Equal(top.Path, report.Copied[^1]);
    }

    [RequiresNixFact]
    public async Task What_was_copied_from_a_store_of_real_Nix_is_what_it_was_there()
    {
        using var nix = new RealNix();
        var drv = await nix.InstantiateAsync(
            "-E",
            [
                "derivation { name = \"x\"; system = \"x86_64-linux\"; builder = \"/bin/sh\"; args = [ (builtins.toFile \"s\" \"t\") ]; }",
            ],
            s_ct
        );
        var requisites = await nix.RequisitesAsync(drv, s_ct);
        await using var to = await TemporaryStore.OpenAsync();
        await using var theirs = await TemporaryStore.OpenAtAsync(nix.Root);
        await Copier(theirs, to).CopyAsync(drv, null, s_ct);
        Assert.True((await to.Store.AllValidAsync(s_ct)).SetEquals(requisites));
        foreach (var path in requisites)
        {
            var (info, copy) = (await theirs.Store.QueryAsync(path, s_ct), await to.Store.QueryAsync(path, s_ct));
            Assert.Equal(info, copy! with { RegistrationTime = info!.RegistrationTime });
        }
    }

    private static void StopAt(StorePath path, StorePath at, CancellationTokenSource stop)
    {
        if (path == at)
            stop.Cancel();
    }

    private static ClosureCopier Copier(TemporaryStore from, TemporaryStore to) => new(from.Store, to.Store, new());

    private static ClosureCopier Checked(TemporaryStore from, TemporaryStore to) =>
        new(from.Store, to.Store, new() { Keys = to.Store.Keys });

    /// <summary>Texts of which each names the one before, from the first on.</summary>
    private static async Task<List<PathInfo>> ChainAsync(TemporaryStore temporary, int length)
    {
        var chain = new List<PathInfo>();
        ImmutableSortedSet<StorePath> references = [];
        for (var i = 0; i < length; i++)
        {
            var text = Encoding.ASCII.GetBytes($"{i} {string.Join(' ', references)}");
            chain.Add(await temporary.Store.AddTextAsync(StorePathName.Parse($"text{i}"), text, references, s_ct));
            references = [chain[^1].Path];
        }
        return chain;
    }

    private sealed class Collected : IProgress<CopyProgress>
    {
        public List<CopyProgress> All { get; } = [];

        public void Report(CopyProgress value)
        {
            lock (All)
                All.Add(value);
        }
    }
}
