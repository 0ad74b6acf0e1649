using Farm.Store.Roots;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Roots;

public sealed class HoldLeasesTests
{
    [Fact]
    public async Task A_lease_ends_by_itself_also_when_nobody_can_tell_the_time_of_day()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var roots = temporary.Store.TempRoots;
        var clock = new BreakableClock();
        using var leases = new HoldLeases(roots, TimeSpan.FromMilliseconds(20), clock);
        clock.Break();
        await leases.HoldAsync([TempRootsTests.Some(1)], CancellationToken.None);
        while (!roots.Held().IsEmpty)
            await Task.Delay(1);
    }

    [Fact]
    public async Task All_leases_end_with_their_keeper()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var roots = temporary.Store.TempRoots;
        using (var leases = new HoldLeases(roots, TimeSpan.FromHours(1), TimeProvider.System))
        {
            await leases.HoldAsync([TempRootsTests.Some(1)], CancellationToken.None);
            Assert.False(roots.TryBeginDeletion(TempRootsTests.Some(1).Hash));
        }
        Assert.Empty(roots.Held());
    }
}
