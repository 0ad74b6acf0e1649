using System.Diagnostics;
using System.Globalization;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Crash;

/// <summary>Lets a process work on a store, kills it at a random moment, and looks at what it has left; again and again.</summary>
/// <param name="root">An empty directory.</param>
/// <param name="seed">What the moments and the work follow from, as far as they can.</param>
public sealed class CrashLoop(string root, int seed)
{
    private const int LongestLifeMilliseconds = 1200;

    private readonly CrashWorld _world = new(root);
    private readonly Random _random = new(seed);
    private CrashTally _tally = new();

    /// <summary>Kills so many owners.</summary>
    /// <exception cref="InvalidOperationException">Something was wrong afterwards; the message tells what.</exception>
    public async Task<CrashTally> RunAsync(int kills, CancellationToken ct)
    {
        await new Preparation(_world).RunAsync(ct);
        Directory.CreateDirectory(_world.Work("links"));
        while (_tally.Kills < kills)
        {
            await KillOneAsync(ct);
            var isLast = _tally.Kills == kills;
            // Now and then the next owner is killed too, while it mends or later, before anything is looked at.
            if (_random.Next(4) > 0 || isLast)
                await CheckAsync(isLast, ct);
        }
        return _tally;
    }

    private async Task KillOneAsync(CancellationToken ct)
    {
        for (var worker = 0; worker < Victim.Workers; worker++)
            File.Delete(_world.Doing(worker));
        var program = Path.Combine(AppContext.BaseDirectory, "Farm.Crash.dll");
        var number = seed + _tally.Kills;
        var start = new ProcessStartInfo("dotnet", [program, root, number.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var victim =
            Process.Start(start) ?? throw new InvalidOperationException($"'{program}' cannot be started.");
        var errors = victim.StandardError.ReadToEndAsync(ct);
        try
        {
            // One in five is not waited for: it dies while it opens the store.
            if (_random.Next(5) > 0 && await victim.StandardOutput.ReadLineAsync(ct) is not Victim.Ready)
                throw new InvalidOperationException($"The store could not be opened: {await errors}");
            await Task.Delay(_random.Next(LongestLifeMilliseconds), ct);
            if (victim.HasExited)
                throw new InvalidOperationException($"Working on the store failed (from {seed}): {await errors}");
        }
        finally
        {
            victim.Kill();
            await victim.WaitForExitAsync(CancellationToken.None);
        }
        _tally = _tally with { Kills = _tally.Kills + 1 };
        for (var worker = 0; worker < Victim.Workers; worker++)
            await CountAsync(_world.Doing(worker), ct);
    }

    private async Task CountAsync(string doing, CancellationToken ct)
    {
        var name = File.Exists(doing) ? await File.ReadAllTextAsync(doing, ct) : "";
        if (name.Length > 0)
            _tally = _tally with
            {
                UnderWay = _tally.UnderWay.SetItem(name, _tally.UnderWay.GetValueOrDefault(name) + 1),
            };
    }

    private async Task CheckAsync(bool isLast, CancellationToken ct)
    {
        var system = ActorSystem.Create("check");
        var damage = new Damage(_world);
        IReadOnlyCollection<StorePath> valid;
        await using (var store = await LocalStore.OpenAsync(_world.Settings, system, TimeProvider.System, ct))
        {
            var check = new CrashCheck(_world, store, damage);
            var wrong = await check.RunAsync(ct);
            if (wrong.Count > 0)
                throw new InvalidOperationException(
                    $"After {_tally.Kills} kills from {seed}: {string.Join("; ", wrong)}"
                );
            _tally = _tally with
            {
                Leftovers = _tally.Leftovers + store.Mending.Leftovers,
                BitsSet = _tally.BitsSet + store.Mending.BitsSet,
                Checks = _tally.Checks + 1,
                PathsRead = _tally.PathsRead + check.PathsRead,
                RootsFollowed = _tally.RootsFollowed + check.RootsFollowed,
                Collected = isLast ? await check.CollectAsync(ct) : 0,
            };
            valid = await store.AllValidAsync(ct);
        }
        await system.Terminate();
        damage.Clear();
        if (!isLast)
            await damage.InflictAsync(valid, _random, ct);
        _tally = _tally with { Damaged = _tally.Damaged + damage.Paths.Count };
    }
}
