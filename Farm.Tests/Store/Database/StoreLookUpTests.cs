using Farm.Store.Database;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Database;

public sealed class StoreLookUpTests : IDisposable
{
    private static readonly CancellationToken s_ct = CancellationToken.None;
    private readonly TemporaryDirectory _directory = new();
    private readonly StoreDatabase _database;

    public StoreLookUpTests() =>
        _database = StoreDatabase.Open(_directory.Path, StoreDir.Default, isSynced: false, TimeProvider.System);

    public void Dispose()
    {
        _database.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_path_that_is_deleted_and_registered_again_is_what_was_registered_last()
    {
        var (used, user) = (Some('a', 1), Some('b', 1, 'a'));
        Register(used, user);
        Assert.Equal(user, await QueryAsync('b'));
        _database.Writes.Invalidate(user.Path);
        Assert.Null(await QueryAsync('b'));
        _database.Writes.Invalidate(used.Path);
        Assert.Null(await QueryAsync('a'));

        // The rows that these get are new ones.
        var (other, again) = (Some('c', 1), Some('b', 2, 'c'));
        Register(other, again);
        Assert.Equal(again, await QueryAsync('b'));
        Assert.Null(await QueryAsync('a'));
        Assert.Null(await HashPartAsync('a'));
        Assert.Equal(again.Path, await HashPartAsync('b'));
    }

    [Fact]
    public async Task Rows_that_were_rolled_back_are_not_taken_for_those_that_get_their_numbers()
    {
        Assert.Throws<Farm.Store.StoreException.MissingReference>(() => Register(Some('a', 1), Some('b', 1, 'a', 'f')));
        Register(Some('c', 1), Some('d', 1, 'c'));
        Assert.Equal(Some('d', 1, 'c'), await QueryAsync('d'));
        Assert.Null(await QueryAsync('a'));
    }

    [Fact]
    public async Task What_another_connection_writes_is_seen_at_once()
    {
        Register(Some('a', 1), Some('b', 1, 'a'));
        Assert.Equal(Some('b', 1, 'a'), await QueryAsync('b'));
        using var other = StoreConnection.Open(_directory.File("db.sqlite"), isWriter: true, isSynced: false);
        other.Run("update ValidPaths set sigs = $0 where path = $1", "k:AA==", StoreDir.Default.Print(Of('b')));
        Assert.Equal(["k:AA=="], (await QueryAsync('b'))!.Signatures);
        other.Run("delete from ValidPaths where path = $0", StoreDir.Default.Print(Of('b')));
        Assert.Null(await QueryAsync('b'));
    }

    [Fact]
    public async Task Many_who_look_up_while_paths_come_and_go_get_what_was_recorded_at_one_moment()
    {
        const int rounds = 300;
        using var done = new CancellationTokenSource();
        var writing = Task.Run(
            () =>
            {
                for (var round = 1; round <= rounds; round++)
                {
                    Register(Some('a', round), Some('b', round, 'a'), Some('c', round, 'a', 'b'));
                    foreach (var digit in "cba")
                        _database.Writes.Invalidate(Of(digit));
                }
                done.Cancel();
            },
            s_ct
        );
        var found = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(ReadAsync, s_ct)));
        await writing;
        Assert.Null(await QueryAsync('c'));
        Assert.All(found, last => Assert.InRange(last, 0, rounds));

        // Each path is only ever recorded whole: with all its references, and never an older one after a newer.
        async Task<long> ReadAsync()
        {
            var last = 0L;
            while (!done.IsCancellationRequested)
            {
                if (await QueryAsync('c') is not { } info)
                    continue;
                Assert.Equal([Of('a'), Of('b')], info.References);
                Assert.InRange(info.NarSizeBytes, last, rounds);
                last = info.NarSizeBytes;
            }
            return last;
        }
    }

    [Fact]
    public void A_statement_does_not_run_again_while_its_rows_are_read()
    {
        using var connection = StoreConnection.Open(_directory.File("db.sqlite"), isWriter: false, isSynced: false);
        const string text = "select $0";
        using (var rows = connection.Rows(text, 1))
        {
            Assert.True(rows.Read());
            Assert.Throws<InvalidOperationException>(() => connection.Number(text, 2));
        }
        Assert.Equal(2, connection.Number(text, 2));
    }

    private Task<PathInfo?> QueryAsync(char digit) =>
        _database.LookUpAsync(Of(digit), static (queries, path) => queries.Query(path), s_ct);

    private Task<StorePath?> HashPartAsync(char digit) =>
        _database.LookUpAsync(Of(digit).Hash, static (queries, hash) => queries.QueryPathFromHashPart(hash), s_ct);

    private void Register(params PathInfo[] infos) => _database.Writes.Register([.. infos.Select(Registration.Of)]);

    private static StorePath Of(char digit) => StorePath.Parse($"{new string(digit, 32)}-some");

    private static PathInfo Some(char digit, int size, params char[] references) =>
        new()
        {
            Path = Of(digit),
            NarHash = Sha256Digest.Compute([(byte)digit]),
            NarSizeBytes = size,
            References = [.. references.Select(Of)],
            RegistrationTime = DateTimeOffset.FromUnixTimeSeconds(5),
        };
}
