using Farm.Store;
using Farm.Store.Database;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Database;

public sealed class StoreDatabaseDamageTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Garbage_is_named_as_such()
    {
        File.WriteAllText(_directory.File("schema"), "10");
        File.WriteAllText(_directory.File("db.sqlite"), new string('x', 100_000));
        Refuses("not a database");
    }

    [Fact]
    public void A_schema_file_without_a_database_is_told()
    {
        File.WriteAllText(_directory.File("schema"), "10");
        Refuses("is missing though");
        File.WriteAllText(_directory.File("db.sqlite"), "");
        Refuses("tables are missing");
    }

    [Fact]
    public void A_database_with_paths_whose_schema_file_is_missing_is_told()
    {
        Fill(1);
        File.Delete(_directory.File("schema"));
        Refuses("write 10 into that file");
    }

    [Fact]
    public async Task A_database_that_was_not_made_to_its_end_is_made_anew()
    {
        Fill(0);
        File.Delete(_directory.File("schema"));
        Fill(1);
        Assert.Single(await ValidAsync());
    }

    [Fact]
    public async Task A_write_ahead_log_that_is_cut_off_gives_what_was_whole()
    {
        using (var database = Open())
        {
            Register(database, 0, 20);
            foreach (var file in (string[])["db.sqlite", "db.sqlite-wal", "schema"])
                File.Copy(_directory.File(file), _directory.File($"copy-{file}"));
        }
        foreach (var file in (string[])["db.sqlite", "db.sqlite-wal", "schema"])
            File.Move(_directory.File($"copy-{file}"), _directory.File(file), overwrite: true);
        using (var log = new FileStream(_directory.File("db.sqlite-wal"), FileMode.Open))
            log.SetLength(log.Length * 2 / 3);
        var left = await ValidAsync();
        Assert.InRange(left.Count, 1, 19);
        Assert.Equal(left, Enumerable.Range(0, left.Count).Select(i => Some(i).Path).Order());
    }

    [Fact]
    public async Task A_damaged_page_is_a_clear_refusal()
    {
        Fill(2000);
        using (var file = new FileStream(_directory.File("db.sqlite"), FileMode.Open))
        {
            for (var page = 3; page * 4096 < file.Length; page++)
            {
                file.Position = page * 4096;
                file.Write(new byte[4096]);
            }
        }
        var refusal = await Assert.ThrowsAsync<StoreException.CorruptDatabase>(ValidAsync);
        Assert.Contains("malformed", refusal.Message, StringComparison.Ordinal);
    }

    private void Fill(int count)
    {
        using var database = Open();
        Register(database, 0, count);
    }

    private static void Register(StoreDatabase database, int from, int count)
    {
        for (var i = from; i < from + count; i++)
            database.Writes.Register([Registration.Of(Some(i))]);
    }

    private async Task<IReadOnlyCollection<StorePath>> ValidAsync()
    {
        using var database = Open();
        return await database.ReadAsync(queries => queries.AllValid(), CancellationToken.None);
    }

    private void Refuses(string words)
    {
        var refusal = Assert.Throws<StoreException.CorruptDatabase>(() => Open().Dispose());
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    private StoreDatabase Open() =>
        StoreDatabase.Open(_directory.Path, StoreDir.Default, isSynced: true, TimeProvider.System);

    private static PathInfo Some(int number) =>
        new()
        {
            Path = StorePath.Parse($"{new string('a', 28)}{number:D4}-some"),
            NarHash = Sha256Digest.Compute(BitConverter.GetBytes(number)),
            NarSizeBytes = 96,
        };
}
