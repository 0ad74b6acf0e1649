using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Local;

namespace Farm.Crash;

/// <summary>Owns a store and does everything to it at once, until it is killed.</summary>
public sealed class Victim(string root, int seed)
{
    /// <summary>What it prints when the store is open.</summary>
    public const string Ready = "open";

    /// <summary>The first goes over the whole store, again and again.</summary>
    public const int Workers = 6;

    private readonly CrashWorld _world = new(root);

    public async Task RunAsync()
    {
        var system = ActorSystem.Create("victim");
        var store = await LocalStore.OpenAsync(_world.Settings, system, TimeProvider.System, CancellationToken.None);
        var good = await _world.OpenCacheAsync(CancellationToken.None);
        await Console.Out.WriteLineAsync(Ready);
        await Console.Out.FlushAsync();
        var upkeep = new VictimUpkeep(_world, store, good, new Damage(_world));
        ImmutableArray<VictimStep> small = [.. new VictimAdditions(_world, store).Steps, .. upkeep.Small];
        // The first that fails ends the process.
        await await Task.WhenAny(
            Enumerable
                .Range(0, Workers)
                .Select(worker => Task.Run(() => WorkAsync(worker == 0 ? upkeep.Whole : small, worker)))
        );
    }

    private async Task WorkAsync(ImmutableArray<VictimStep> steps, int worker)
    {
        var random = new Random(HashCode.Combine(seed, worker));
        while (true)
        {
            var step = steps[random.Next(steps.Length)];
            await File.WriteAllTextAsync(_world.Doing(worker), step.Name);
            try
            {
                await step.RunAsync(random);
            }
            catch (StoreException refusal)
                when (refusal is StoreException.InUse or StoreException.MissingReference or StoreException.InvalidPath)
            {
                // Another worker was faster; all are right answers.
            }
        }
    }
}
