using System.Globalization;
using Farm.Store.Copying;
using Farm.Store.Exporting;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Crash;

/// <summary>Makes what the victims work with: trees, streams to import, a cache with good copies, and a store with roots.</summary>
public sealed class Preparation(CrashWorld world)
{
    private const int Contents = 25;
    private const int FilesOfTree = 12;

    public async Task RunAsync(CancellationToken ct)
    {
        var settings = world.Settings with { Layout = StoreLayout.Create(world.Work("source"), StoreDir.Default) };
        Directory.CreateDirectory(settings.Layout.Root);
        var system = ActorSystem.Create("source");
        await using (var source = await LocalStore.OpenAsync(settings, system, TimeProvider.System, ct))
        {
            for (var tree = 0; tree < CrashWorld.Trees; tree++)
            {
                WriteTree(world.Tree(tree), tree);
                await AddTreeAsync(source, world, tree, ct);
            }
            for (var build = 0; build < CrashWorld.Builds; build++)
                await RegisterAsync(source, world.Work("outputs"), build, ct);
            var all = await source.AllValidAsync(ct);
            await new ClosureCopier(source, await world.OpenCacheAsync(ct), new()).CopyAsync(all, null, ct);
            await ExportAsync(source, all, ct);
            await using var store = await LocalStore.OpenAsync(world.Settings, system, TimeProvider.System, ct);
            await new ClosureCopier(source, store, new()).CopyAsync(all, null, ct);
            var number = 0;
            foreach (var path in all)
                await new GcRoots(store).AddPermanentAsync(path, CrashWorld.RootName(number++), ct);
        }
        await system.Terminate();
    }

    /// <summary>Adds one of the trees.</summary>
    public static Task<PathInfo> AddTreeAsync(LocalStore store, CrashWorld world, int number, CancellationToken ct) =>
        store.AddFileTreeAsync(
            StorePathName.Parse(string.Create(CultureInfo.InvariantCulture, $"tree-{number}")),
            world.Tree(number),
            ContentAddressMethod.Nar,
            HashAlgorithm.Sha256,
            ct
        );

    /// <summary>Registers the two outputs of a build: both become valid, or none.</summary>
    /// <param name="store">Where.</param>
    /// <param name="made">A directory, for the outputs until then.</param>
    /// <param name="build">Which build.</param>
    /// <param name="ct">Stops.</param>
    public static async Task RegisterAsync(LocalStore store, string made, int build, CancellationToken ct)
    {
        var (first, second) = CrashWorld.Outputs(build);
        WriteTree($"{made}/first", CrashWorld.Trees + build);
        Directory.CreateDirectory($"{made}/second");
        await File.WriteAllTextAsync($"{made}/second/text", store.StoreDir.Print(first), ct);
        BuiltOutput[] outputs = [new(first, $"{made}/first"), new(second, $"{made}/second")];
        await store.RegisterOutputsAsync(outputs, [], null, ct);
        Directory.Delete(made, recursive: true);
    }

    private async Task ExportAsync(LocalStore source, IReadOnlyCollection<StorePath> all, CancellationToken ct)
    {
        var random = new Random(0);
        for (var number = 0; number < CrashWorld.Exports; number++)
        {
            var some = random.GetItems(all.ToArray(), 4);
            await using var file = File.Create(world.Export(number));
            await new StoreExporter(source).ExportAsync(await source.ClosureAsync(some, ct), file, null, ct);
        }
    }

    /// <summary>Many files of the trees are equal.</summary>
    private static void WriteTree(string directory, int number)
    {
        var random = new Random(number);
        for (var file = 0; file < FilesOfTree; file++)
        {
            var folder = Directory.CreateDirectory($"{directory}/{file % 3}").FullName;
            var text = random.Next(Contents).ToString(CultureInfo.InvariantCulture).PadRight(3000, 'x');
            File.WriteAllText($"{folder}/{file}", text);
        }
    }
}
