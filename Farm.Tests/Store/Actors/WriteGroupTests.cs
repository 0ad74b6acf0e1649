using Farm.Store;
using Farm.Store.Actors;
using Farm.Store.Database;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Actors;

public sealed class WriteGroupTests : ActorTests
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void One_that_is_refused_undoes_nothing_of_the_others()
    {
        using var database = Open();
        var ended = WriteGroup.Perform(
            database.Writes,
            [
                Register('a'),
                Register('b', 'f'),
                Register('c', 'a'),
                new StoreWrite.Invalidate(Of('a')),
                new StoreWrite.AddSignatures(Of('c'), ["k:AA=="]),
            ]
        );
        Assert.IsType<OperationEnded.Done>(ended[0]);
        Assert.IsType<StoreException.MissingReference>(Assert.IsType<OperationEnded.Failed>(ended[1]).Cause);
        Assert.Equal([Of('a')], ended[2].Unwrap<System.Collections.Immutable.ImmutableArray<PathInfo>>()[0].References);
        Assert.IsType<StoreException.InUse>(Assert.IsType<OperationEnded.Failed>(ended[3]).Cause);
        Assert.Equal(["k:AA=="], ended[4].Unwrap<PathInfo?>()!.Signatures);
        Assert.Equal(2, Total());
    }

    [Fact]
    public void Where_the_disk_is_full_each_is_told_and_what_fits_is_written()
    {
        using var database = Open();
        using var connection = StoreConnection.Open(_directory.File("db.sqlite"), isWriter: true, isSynced: false);
        var writes = new PathWrites(connection, StoreDir.Default, TimeProvider.System);
        var most = connection.Number("pragma page_count")!.Value + 2;
        Assert.Equal(most, connection.Number($"pragma max_page_count = {most}"));
        StoreWrite[] group = [.. Enumerable.Range(0, 60).Select(Long)];
        var ended = WriteGroup.Perform(writes, group);
        var written = ended.Count(one => one is OperationEnded.Done);
        Assert.InRange(written, 1, group.Length - 1);
        Assert.All(
            ended.OfType<OperationEnded.Failed>(),
            failed => Assert.IsType<StoreException.NoSpace>(failed.Cause)
        );
        Assert.Equal(written, Total());
        Assert.False(connection.IsInTransaction);
    }

    [Fact]
    public async Task Writes_that_wait_for_one_another_are_all_made()
    {
        await using var actors = StoreActors.Begin(Sys);
        using var database = Open();
        var writes = database.Writes;
        var writer = await actors.BeginAsync(
            Props.Create(() => new StoreWriterActor(writes)),
            "store-writer",
            CancellationToken.None
        );
        var ended = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => actors.AskAsync(writer, Long(i))));
        Assert.All(ended, one => Assert.IsType<OperationEnded.Done>(one));
        Assert.Equal(300, Total());
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _directory.Dispose();
    }

    private StoreDatabase Open() =>
        StoreDatabase.Open(_directory.Path, StoreDir.Default, isSynced: false, TimeProvider.System);

    /// <summary>As another process counts them.</summary>
    private long Total()
    {
        using var connection = StoreConnection.Open(_directory.File("db.sqlite"), isWriter: false, isSynced: false);
        return connection.Number("select count(*) from ValidPaths")!.Value;
    }

    private static StorePath Of(char digit) => StorePath.Parse($"{new string(digit, 32)}-some");

    private static StoreWrite.Register Register(char digit, params char[] references) =>
        new([Registration.Of(Info(Of(digit)) with { References = [.. references.Select(Of)] })]);

    /// <summary>One of many, with half a page of signatures.</summary>
    private static StoreWrite.Register Long(int number)
    {
        var hash = StorePathHash.Fold(Sha256Digest.Compute(BitConverter.GetBytes(number)));
        var path = StorePath.Create(hash, StorePathName.Parse("long"));
        return new([Registration.Of(Info(path) with { Signatures = [$"k:{new string('A', 2000)}"] })]);
    }

    private static PathInfo Info(StorePath path) =>
        new()
        {
            Path = path,
            NarHash = Sha256Digest.Zero,
            NarSizeBytes = 1,
        };
}
