using Farm.Crash;
using Farm.Tests.Support;
using Xunit.Abstractions;

namespace Farm.Tests.Store.Integrity;

public sealed class CrashLoopTests(ITestOutputHelper output)
{
    private const int Kills = 30;

    [RequiresNixFact]
    public async Task However_an_owner_is_killed_every_path_is_fully_there_or_not_at_all()
    {
        using var directory = new TemporaryDirectory();
        var seed = Environment.TickCount & 0xFFFF;
        var tally = await new CrashLoop(directory.Path, seed).RunAsync(Kills, CancellationToken.None);
        output.WriteLine($"{tally} {string.Join(", ", tally.UnderWay)}");
        Assert.Equal(Kills, tally.Kills);
        Assert.True(tally.PathsRead > 24 * tally.Checks, $"{tally.PathsRead} paths in {tally.Checks} checks");
        Assert.True(tally is { RootsFollowed: > 0, Damaged: > 0 }, $"{tally}");
        Assert.NotEmpty(tally.UnderWay.Keys.Intersect(["collect", "optimise", "repair"]));
        Assert.True(tally.Leftovers > 0, "no owner was killed in the middle of anything");

        using var nix = RealNix.OnStoreAt(directory.Path);
        await nix.RunAsync("nix-store", ["--verify", "--check-contents"], CancellationToken.None);
    }
}
