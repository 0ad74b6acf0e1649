using System.Globalization;
using System.Text;
using Farm.Store;
using Farm.Store.Paths;
using Farm.Store.Roots.Profiles;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Roots.Profiles;

public sealed class ProfileTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [RequiresNixFact]
    public async Task Generations_are_made_listed_switched_and_deleted_as_real_Nix_does()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var paths = await AddAsync(temporary, 3);
        using var nix = RealNix.OnStoreAt(temporary.Settings.Layout.Root);
        var ours = new Profile(temporary.Store, ProfileLink(temporary, "ours"));
        var theirs = new Profile(temporary.Store, ProfileLink(temporary, "theirs"));

        Task Nix(params string[] arguments) =>
            nix.RunAsync("nix-env", ["--profile", ProfileLink(temporary, "theirs"), .. arguments], s_ct);

        foreach (var path in (StorePath[])[paths[0], paths[0], paths[1], paths[0], paths[2], paths[1]])
        {
            await ours.SetAsync(path, s_ct);
            await Nix("--set", StoreDir.Default.Print(path));
            AssertSame(ours, theirs);
        }
        await ours.RollBackAsync(s_ct);
        await Nix("--rollback");
        AssertSame(ours, theirs);
        await ours.SwitchAsync(2, s_ct);
        await Nix("--switch-generation", "2");
        AssertSame(ours, theirs);
        await ours.DeleteAsync(new GenerationChoice.Numbered([1, 9]), s_ct);
        await Nix("--delete-generations", "1", "9");
        AssertSame(ours, theirs);
        Age(ours, theirs);
        await ours.DeleteAsync(new GenerationChoice.OlderThan(DateTimeOffset.UtcNow.AddDays(-4)), s_ct);
        await Nix("--delete-generations", "4d");
        AssertSame(ours, theirs);
        Assert.Equal([2, 4, 5], ours.Generations().Select(one => one.Number));
        await ours.DeleteAsync(new GenerationChoice.Old(), s_ct);
        await Nix("--delete-generations", "old");
        AssertSame(ours, theirs);
        Assert.Equal(2, Assert.Single(ours.Generations()).Number);

        // Real Nix goes on with what we made, and the other way round.
        await nix.RunAsync(
            "nix-env",
            ["--profile", ProfileLink(temporary, "ours"), "--set", StoreDir.Default.Print(paths[2])],
            s_ct
        );
        await theirs.SetAsync(paths[2], s_ct);
        AssertSame(ours, theirs);
        var listed = await nix.RunAsync(
            "nix-env",
            ["--profile", ProfileLink(temporary, "ours"), "--list-generations"],
            s_ct
        );
        Assert.Equal(
            ours.Generations().Select(g => g.Number.ToString(CultureInfo.InvariantCulture)),
            listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split(' ')[0])
        );
    }

    [Fact]
    public async Task The_current_generation_is_not_deleted_and_a_missing_one_not_taken()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var paths = await AddAsync(temporary, 1);
        var profile = new Profile(temporary.Store, ProfileLink(temporary, "some"));
        await Assert.ThrowsAsync<StoreException.ProfileRefused>(() => profile.RollBackAsync(s_ct));
        await profile.SetAsync(paths[0], s_ct);
        await Assert.ThrowsAsync<StoreException.ProfileRefused>(() =>
            profile.DeleteAsync(new GenerationChoice.Numbered([1]), s_ct)
        );
        await Assert.ThrowsAsync<StoreException.ProfileRefused>(() => profile.SwitchAsync(2, s_ct));
        await Assert.ThrowsAsync<StoreException.ProfileRefused>(() => profile.RollBackAsync(s_ct));
        Assert.Equal((1, true), profile.Generations().Select(one => (one.Number, one.IsCurrent)).Single());
        Assert.False(File.Exists(ProfileLink(temporary, "some") + ".lock"));
    }

    [Theory]
    [InlineData(1, 3, "1 2")]
    [InlineData(2, 3, "1")]
    [InlineData(9, 3, "")]
    [InlineData(1, 5, "1 2 3 4")]
    public void The_last_generations_up_to_the_current_one_can_be_kept(int count, int current, string gone)
    {
        var all = Enumerable
            .Range(1, 5)
            .Select(number => new ProfileGeneration(number, "", default, number == current))
            .ToList();
        var chosen = new GenerationChoice.AllBut(count).Of(all).Select(one => one.Number).Order();
        Assert.Equal(gone, string.Join(' ', chosen));
    }

    [Fact]
    public async Task Many_changes_at_once_are_made_one_after_the_other()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var paths = await AddAsync(temporary, 2);
        var link = ProfileLink(temporary, "some");
        await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => new Profile(temporary.Store, link).SetAsync(paths[i % 2], s_ct))
        );
        var generations = new Profile(temporary.Store, link).Generations();
        Assert.Equal(Enumerable.Range(1, generations.Length), generations.Select(one => one.Number));
        var targets = generations.Select(one => new FileInfo(one.Link).LinkTarget).ToList();
        Assert.All(targets.Zip(targets.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.True(generations[^1].IsCurrent);
    }

    private static string ProfileLink(TemporaryStore temporary, string name) =>
        Directory.CreateDirectory(temporary.Settings.Layout.ProfilesDir).FullName + "/" + name;

    private static void AssertSame(Profile ours, Profile theirs) => Assert.Equal(Told(theirs), Told(ours));

    private static List<(int, string?, bool)> Told(Profile profile) =>
        [.. profile.Generations().Select(one => (one.Number, new FileInfo(one.Link).LinkTarget, one.IsCurrent))];

    /// <summary>Generations 2 to 4 get older than the limit of the test, so that 3 goes: 2 is the current one, 4 the newest of them.</summary>
    private static void Age(params Profile[] profiles)
    {
        foreach (var generation in profiles.SelectMany(profile => profile.Generations()))
        {
            var arguments = new[] { "-h", "-d", $"{13 - (2 * generation.Number)} days ago", generation.Link };
            using var touch = System.Diagnostics.Process.Start("touch", arguments);
            touch.WaitForExit();
        }
    }

    private static async Task<List<StorePath>> AddAsync(TemporaryStore temporary, int count)
    {
        var paths = new List<StorePath>();
        for (var i = 0; i < count; i++)
        {
            var text = Encoding.ASCII.GetBytes($"number {i}");
            paths.Add((await temporary.Store.AddTextAsync(StorePathName.Parse($"thing-{i}"), text, [], s_ct)).Path);
        }
        return paths;
    }
}
