using System.Collections.Immutable;
using System.Text;
using Farm.Store.Exporting;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Crash;

/// <summary>The steps by which paths become valid.</summary>
internal sealed class VictimAdditions(CrashWorld world, LocalStore store)
{
    private const int LongestNarBytes = 1 << 20;

    /// <summary>Each as often as it is here.</summary>
    public ImmutableArray<VictimStep> Steps =>
        [
            new("add a tree", AddTreeAsync),
            new("add a tree", AddTreeAsync),
            new("add a text", AddTextAsync),
            new("register outputs", RegisterAsync),
            new("register outputs", RegisterAsync),
            new("import", ImportAsync),
        ];

    private Task<PathInfo> AddTreeAsync(Random random) =>
        Preparation.AddTreeAsync(store, world, random.Next(CrashWorld.Trees), CancellationToken.None);

    /// <summary>A text that refers to some path.</summary>
    private async Task AddTextAsync(Random random)
    {
        var valid = await store.AllValidAsync(CancellationToken.None);
        if (valid.IsEmpty)
            return;
        var reference = valid[random.Next(valid.Count)];
        var text = Encoding.ASCII.GetBytes(store.StoreDir.Print(reference));
        await store.AddTextAsync(StorePathName.Parse("note"), text, [reference], CancellationToken.None);
    }

    private Task RegisterAsync(Random random)
    {
        var made = world.Work($"outputs-{Environment.ProcessId}-{random.Next()}");
        return Preparation.RegisterAsync(store, made, random.Next(CrashWorld.Builds), CancellationToken.None);
    }

    private async Task ImportAsync(Random random)
    {
        await using var stream = File.OpenRead(world.Export(random.Next(CrashWorld.Exports)));
        await new StoreImporter(store).ImportAsync(stream, LongestNarBytes, null, CancellationToken.None);
    }
}
