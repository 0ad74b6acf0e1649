using System.Diagnostics;
using System.Globalization;
using Farm.Store.Integrity;
using Farm.Store.Local;

namespace Farm.Crash;

/// <summary>Lets a process work on a store, kills it at a random moment, and looks at what it has left; again and again.</summary>
/// <param name="root">An empty directory.</param>
/// <param name="seed">What the moments and the work follow from, as far as they can.</param>
public sealed class CrashLoop(string root, int seed)
{
    private const int LongestLifeMilliseconds = 800;

    private readonly Random _random = new(seed);
    private CrashTally _tally = new(0, 0, 0, 0, 0);

    /// <summary>Kills so many owners.</summary>
    /// <exception cref="InvalidOperationException">Something was wrong afterwards; the message tells what.</exception>
    public async Task<CrashTally> RunAsync(int kills, CancellationToken ct)
    {
        Victim.Prepare(root);
        while (_tally.Kills < kills)
        {
            await KillOneAsync(ct);
            // Now and then the next owner is killed too, while it mends or later, before anything is looked at.
            if (_random.Next(4) > 0 || _tally.Kills == kills)
                await CheckAsync(ct);
        }
        return _tally;
    }

    private async Task KillOneAsync(CancellationToken ct)
    {
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
                throw new InvalidOperationException($"Working on the store failed: {await errors}");
        }
        finally
        {
            victim.Kill();
            await victim.WaitForExitAsync(CancellationToken.None);
        }
        _tally = _tally with { Kills = _tally.Kills + 1 };
    }

    private async Task CheckAsync(CancellationToken ct)
    {
        var system = ActorSystem.Create("check");
        var settings = Victim.Settings(root);
        await using (var store = await LocalStore.OpenAsync(settings, system, TimeProvider.System, ct))
        {
            var report = await new StoreVerifier(store).VerifyAsync(new(CheckContents: true), null, ct);
            var left = Directory.GetFileSystemEntries(settings.Layout.PhysicalStoreDir, "tmp-*");
            if (!report.Findings.IsEmpty || left.Length > 0)
                throw new InvalidOperationException(
                    $"After {_tally.Kills} kills from {seed}: {string.Join("; ", [.. report.Findings, .. left])}"
                );
            _tally = _tally with
            {
                Leftovers = _tally.Leftovers + store.Mending.Leftovers,
                BitsSet = _tally.BitsSet + store.Mending.BitsSet,
                Checks = _tally.Checks + 1,
                PathsRead = _tally.PathsRead + report.Paths,
            };
        }
        await system.Terminate();
    }
}
