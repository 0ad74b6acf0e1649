using System.Text;
using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Local;

public sealed class StoreStormTests
{
    private const long Operations = 100_000;

    [RootFact]
    public async Task Writers_and_a_deleter_never_meet_an_error_and_all_is_immutable_at_the_end()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.On);
        var locks = await OpenWithAsync(temporary, locks => locks);
        var storm = new StoreStorm(temporary.Store, locks, Operations);
        await storm.RunAsync(endsAtFailure: true);

        Assert.Empty(storm.Failures);
        Assert.True(locks.Count >= Operations);
        Assert.Equal(0, temporary.Store.Links.KeptCopies);
        var valid = await temporary.Store.AllValidAsync(CancellationToken.None);
        foreach (var path in valid)
        {
            using var nar = new MemoryStream();
            await temporary.Store.DumpNarAsync(path, nar, CancellationToken.None);
            var info = await temporary.Store.QueryAsync(path, CancellationToken.None);
            Assert.Equal(info?.NarHash, Sha256Digest.Compute(nar.ToArray()));
            Assert.Empty(MutableFiles(temporary.Store.Layout.ToPhysical(path)));
        }
        Assert.Equal(valid.Select(path => path.ToString()), LocalStoreTests.Objects(temporary).Order());
    }

    [RootFact]
    public async Task The_same_storm_without_locks_meets_errors()
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.On);
        var locks = await OpenWithAsync(temporary, _ => new ImmediatePathLocks());
        var storm = new StoreStorm(temporary.Store, locks, Operations);
        await storm.RunAsync(endsAtFailure: true);
        Assert.NotEmpty(storm.Failures);
    }

    private static async Task<CountingPathLocks> OpenWithAsync(
        TemporaryStore temporary,
        Func<IPathLocks, IPathLocks> make
    )
    {
        CountingPathLocks? counting = null;
        await temporary.ReopenAsync(locks => counting = new CountingPathLocks(make(locks)));
        return counting!; // Made when the store was opened.
    }

    private static IEnumerable<string> MutableFiles(string root) =>
        Directory
            .EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
            .Prepend(root)
            .Where(file =>
            {
                Assert.Equal(
                    0,
                    Syscalls.Status(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(file), out var status)
                );
                return !status.IsSymlink && !status.IsImmutable;
            });
}
