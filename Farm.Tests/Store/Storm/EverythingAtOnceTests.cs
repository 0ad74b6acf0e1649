using Farm.Fuzz.Storm;
using Farm.Store.Local;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Storm;

public sealed class EverythingAtOnceTests
{
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(30);

    [RootFact]
    public Task Nobody_meets_an_error_nothing_alive_is_lost_and_nothing_dead_stays() => RunAsync(optimise: true);

    [RootFact]
    public Task So_it_is_where_only_the_optimiser_shares_files() => RunAsync(optimise: false);

    private static async Task RunAsync(bool optimise)
    {
        await using var temporary = await TemporaryStore.OpenAsync(ImmutableBit.On, optimise);
        var storm = new StoreStorm(temporary.Store, temporary.Work("scratch"), seed: 1);
        var report = await storm.RunAsync(s_duration, CancellationToken.None);
        Assert.True(report.Failures.IsEmpty, $"{report}\n{string.Join('\n', report.Failures)}");
        Assert.All(report.Operations, part => Assert.True(part.Value > 0, $"{part.Key} never came to an end"));
        var faults = await new StormEnd(temporary.Store).CheckAsync(CancellationToken.None);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        await temporary.CloseAsync();

        if (RealNix.MissingProgram is not null)
            return;
        using var nix = RealNix.OnStoreAt(temporary.Settings.Layout.Root);
        await nix.RunAsync("nix-store", ["--verify", "--check-contents"], CancellationToken.None);
    }
}
