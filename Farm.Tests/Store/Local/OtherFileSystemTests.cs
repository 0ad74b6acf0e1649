using Farm.Store.Collector;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Store.Optimising;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Local;

/// <summary>A store's whole life on file systems that number, link and flag their files in other ways than ext4.</summary>
public sealed class OtherFileSystemTests
{
    /// <summary>The least that <c>mkfs.xfs</c> takes, and a little more.</summary>
    private const long ImageBytes = 320L << 20;

    private static readonly CancellationToken s_ct = CancellationToken.None;

    [FileSystemFact("xfs", "xfsprogs")]
    public Task A_store_on_xfs_adds_shares_verifies_and_collects_with_immutable_bits() => LiveAsync("xfs");

    [FileSystemFact("btrfs", "btrfs-progs")]
    public Task A_store_on_btrfs_adds_shares_verifies_and_collects_with_immutable_bits() => LiveAsync("btrfs");

    private static async Task LiveAsync(string type)
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.On, optimise: false);
        await temporary.CloseAsync();
        var root = temporary.Work("disk");
        using var disk = TemporaryMount.Of(type, temporary.Work("disk.img"), ImageBytes, root);
        temporary.Settings = temporary.Settings with { Layout = StoreLayout.Create(root, StoreDir.Default) };
        try
        {
            await temporary.ReopenAsync();
            var first = await LocalStoreTests.AddTreeAsync(temporary, "first", ("d/a", "same"), ("d/b", "same"));
            var report = await new StoreOptimiser(temporary.Store).OptimiseAsync(null, s_ct);
            Assert.Equal((1, 1), (report.ContentsAdded, report.FilesLinked));

            temporary.Settings = temporary.Settings with { Optimise = true };
            await temporary.ReopenAsync();
            var second = await LocalStoreTests.AddTreeAsync(temporary, "second", ("a", "same"), ("b", "other"));
            Assert.Equal(1, temporary.Store.Links.Replaced);
            var file = temporary.Store.Layout.ToPhysical(first.Path) + "/d/a";
            Assert.Throws<UnauthorizedAccessException>(() => File.AppendAllText(file, "more"));
            var verified = await new StoreVerifier(temporary.Store).VerifyAsync(
                new VerifyOptions(CheckContents: true),
                null,
                s_ct
            );
            Assert.Empty(verified.Findings);

            await using (await temporary.Store.TempRoots.HoldAsync([second.Path], s_ct))
                await CollectAsync(temporary);
            Assert.Equal([second.Path], await temporary.Store.AllValidAsync(s_ct));
            Assert.True((await temporary.Store.CheckContentsAsync(second.Path, s_ct)).IsIntact);
            await CollectAsync(temporary);
            Assert.Empty(LocalStoreTests.Objects(temporary));
            Assert.Empty(Directory.GetFiles(temporary.Store.Layout.LinksDir));
        }
        finally
        {
            await temporary.CloseAsync();
        }
    }

    private static Task<CollectReport> CollectAsync(TemporaryStore temporary) =>
        new GarbageCollector(temporary.Store, temporary.Store.Collector).CollectAsync(
            new CollectRequest.Collect(),
            null,
            s_ct
        );
}
