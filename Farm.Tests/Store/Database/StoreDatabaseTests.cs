using Farm.Store;
using Farm.Store.Database;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Database;

public sealed class StoreDatabaseTests : IDisposable
{
    private static readonly StoreDir s_dir = StoreDir.Default;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_database_of_real_Nix_says_what_Nix_says()
    {
        File.Copy(Vectors.Path("db", "nix-2.8.0-store.sqlite"), _directory.File("db.sqlite"));
        await File.WriteAllTextAsync(_directory.File("schema"), "10");
        using var database = Open();
        var lines = await File.ReadAllLinesAsync(Vectors.Path("db", "nix-2.8.0-store.dump-db.txt"));
        var said = new List<string>();
        foreach (var path in await database.ReadAsync(queries => queries.AllValid(), CancellationToken.None))
        {
            var info = await database.ReadAsync(queries => queries.Query(path), CancellationToken.None);
            said.Add(Dump(info!));
        }
        Assert.Equal(Records(lines).Order(StringComparer.Ordinal), said.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Derivers_are_found_by_output()
    {
        File.Copy(Vectors.Path("db", "nix-2.8.0-store.sqlite"), _directory.File("db.sqlite"));
        await File.WriteAllTextAsync(_directory.File("schema"), "10");
        using var database = Open();
        var output = StorePath.Parse("23ymnjp7j64ynanw6mbri3k08lwxbm3q-multi-1.0-lib");
        var derivers = await database.ReadAsync(queries => queries.ValidDerivers(output), CancellationToken.None);
        Assert.Equal(["wslvrdi67hm787sn9mpzl40wspdkrbam-multi-1.0.drv"], derivers.Select(path => path.ToString()));
    }

    [Fact]
    public async Task A_batch_with_an_unknown_reference_changes_nothing()
    {
        using var database = Open();
        var missing = Some('b').Path;
        Assert.Throws<StoreException.MissingReference>(() =>
            database.Writes.Register([Registration.Of(Some('a')), Registration.Of(Some('c', missing))])
        );
        Assert.Empty(await database.ReadAsync(queries => queries.AllValid(), CancellationToken.None));
    }

    [Fact]
    public async Task A_cycle_is_refused_and_changes_nothing()
    {
        using var database = Open();
        var (a, b) = (Some('a').Path, Some('b').Path);
        Assert.Throws<StoreException.ReferenceCycle>(() =>
            database.Writes.Register([Registration.Of(Some('a', b)), Registration.Of(Some('b', a))])
        );
        Assert.Empty(await database.ReadAsync(queries => queries.AllValid(), CancellationToken.None));
    }

    [Fact]
    public void A_self_reference_does_not_keep_a_path()
    {
        using var database = Open();
        var path = Some('a').Path;
        database.Writes.Register([Registration.Of(Some('a', path))]);
        Assert.True(database.Writes.Invalidate(path));
        Assert.False(database.Writes.Invalidate(path));
    }

    [Fact]
    public void A_path_with_referrers_stays_valid()
    {
        using var database = Open();
        var used = Some('a').Path;
        database.Writes.Register([Registration.Of(Some('b', used)), Registration.Of(Some('a'))]);
        Assert.Throws<StoreException.InUse>(() => database.Writes.Invalidate(used));
    }

    [Fact]
    public async Task Registering_again_keeps_time_and_deriver_and_adds_references()
    {
        using var database = Open();
        var time = DateTimeOffset.FromUnixTimeSeconds(1000);
        database.Writes.Register([
            Registration.Of(Some('a')),
            Registration.Of(Some('b') with { RegistrationTime = time }),
        ]);
        var again = Some('b', Some('a').Path) with { IsUltimate = true, RegistrationTime = time.AddDays(1) };
        database.Writes.Register([Registration.Of(again)]);
        var found = await database.ReadAsync(queries => queries.Query(again.Path), CancellationToken.None);
        Assert.Equal(again with { RegistrationTime = time }, found);
    }

    [Fact]
    public async Task A_hash_part_that_no_path_has_is_not_found()
    {
        using var database = Open();
        database.Writes.Register([Registration.Of(Some('c'))]);
        var hash = StorePathHash.Parse(new string('b', 32));
        Assert.Null(await database.ReadAsync(queries => queries.QueryPathFromHashPart(hash), CancellationToken.None));
    }

    [Theory]
    [InlineData("11")]
    [InlineData("9")]
    [InlineData("ten")]
    public void Another_schema_is_refused(string schema)
    {
        File.WriteAllText(_directory.File("schema"), schema);
        Assert.Throws<StoreException.CorruptDatabase>(Open);
    }

    private StoreDatabase Open() => StoreDatabase.Open(_directory.Path, s_dir, isSynced: true, TimeProvider.System);

    private static PathInfo Some(char digit, params StorePath[] references) =>
        new()
        {
            Path = StorePath.Parse($"{new string(digit, 32)}-some"),
            NarHash = Sha256Digest.Compute([(byte)digit]),
            NarSizeBytes = 96,
            References = [.. references],
            RegistrationTime = DateTimeOffset.FromUnixTimeSeconds(5),
        };

    private static string Dump(PathInfo info) =>
        string.Join(
            '\n',
            [
                s_dir.Print(info.Path),
                info.NarHash.ToBase16(),
                $"{info.NarSizeBytes}",
                info.Deriver is { } deriver ? s_dir.Print(deriver) : "",
                $"{info.References.Count}",
                .. info.References.Select(s_dir.Print),
            ]
        );

    private static IEnumerable<string> Records(string[] lines)
    {
        for (var at = 0; at < lines.Length; )
        {
            var count = int.Parse(lines[at + 4], System.Globalization.CultureInfo.InvariantCulture);
            var references = lines[(at + 5)..(at + 5 + count)].Order(StringComparer.Ordinal);
            yield return string.Join('\n', [.. lines[at..(at + 5)], .. references]);
            at += 5 + count;
        }
    }
}
