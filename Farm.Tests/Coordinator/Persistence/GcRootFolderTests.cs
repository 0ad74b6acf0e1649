using System.Collections.Immutable;
using Farm.Coordinator;
using Farm.Coordinator.Persistence;
using Farm.Coordinator.Planning;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Store.Paths;
using Farm.Tests.Store.Roots;
using Farm.Tests.Support;

namespace Farm.Tests.Coordinator.Persistence;

public sealed class GcRootFolderTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task A_build_holds_the_outputs_that_it_will_have_until_it_is_over()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var (drv, output) = (TempRootsTests.Some(1), TempRootsTests.Some(2));
        var folder = temporary.Work("farm");
        var roots = new GcRootFolder(folder, StoreDir.Default, temporary.Store.TempRoots, TimeProvider.System);
        var step = new StepSpec(
            drv,
            "some",
            StepRequirement.Create("x86_64-linux", []),
            [],
            ImmutableSortedDictionary<string, StorePath>.Empty.Add("out", output),
            IsValid: false,
            TimeSpan.FromSeconds(1)
        );
        var build = BuildId.Create(1);
        await roots.BeginAsync(build, new BuildPlan([drv], [step]), s_ct);
        await roots.BeginAsync(build, new BuildPlan([drv], [step]), s_ct);
        Assert.False(temporary.Store.TempRoots.TryBeginDeletion(output.Hash));
        Assert.Equal([folder + "/1/" + drv], Directory.GetFileSystemEntries(folder + "/1"));
        await roots.ProtectAsync(build, [output], s_ct);
        await roots.ReduceAsync(build, new HashSet<StorePath> { output }, s_ct);
        Assert.Empty(temporary.Store.TempRoots.Held());
        Assert.Equal([folder + "/1/" + output], Directory.GetFileSystemEntries(folder + "/1"));
    }

    [Fact]
    public async Task Roots_go_by_age_and_by_number_but_never_those_of_a_build_that_goes_on()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var folder = temporary.Work("farm");
        var roots = new GcRootFolder(folder, StoreDir.Default, temporary.Store.TempRoots, TimeProvider.System);
        var path = TempRootsTests.Some(1);
        for (var number = 1; number <= 6; number++)
        {
            var build = BuildId.Create(number);
            await roots.BeginAsync(build, new BuildPlan([path], []), s_ct);
            if (number > 1)
                await roots.ReduceAsync(build, new HashSet<StorePath> { path }, s_ct);
            Directory.SetLastWriteTimeUtc($"{folder}/{number}", DateTime.UtcNow.AddDays(number - 10));
        }
        // Ages: 9 (goes on), 8, 7, 6, 5, 4 days.
        var expired = await roots.ExpireAsync(new KeepBuilds(TimeSpan.FromDays(7.5), 100), s_ct);
        Assert.Equal([BuildId.Create(2)], expired);
        expired = await roots.ExpireAsync(new KeepBuilds(TimeSpan.FromDays(7.5), 2), s_ct);
        Assert.Equal([BuildId.Create(3), BuildId.Create(4)], expired.Order());
        Assert.Equal(
            ["1", "5", "6"],
            Directory.GetDirectories(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }
}
