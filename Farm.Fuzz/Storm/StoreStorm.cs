using System.Collections.Concurrent;
using System.Collections.Immutable;
using Farm.Store.Local;

namespace Farm.Fuzz.Storm;

/// <summary>Everything at once on one store: those who add, build, make and drop roots, read, export and import, and the collector,
/// optimiser and verifier.</summary>
/// <param name="store">Open; used by nobody else.</param>
/// <param name="scratch">A folder of its own on the same file system.</param>
/// <param name="seed">Tells what is done, though not in which order.</param>
public sealed class StoreStorm(LocalStore store, string scratch, int seed)
{
    /// <summary>A storm that fails, fails often: enough is known by then.</summary>
    private const int MaxFailures = 20;

    private readonly ConcurrentDictionary<string, long> _operations = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _failures = new();

    /// <summary>Runs for so long, or until too many failures; then ends everything under way in order.</summary>
    public async Task<StormReport> RunAsync(TimeSpan duration, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        end.CancelAfter(duration);
        using var parts = new StormParts(store, scratch, seed);
        var tasks = parts
            .All()
            .SelectMany(part => Enumerable.Range(0, part.Count).Select(number => RunAsync(part, number, end)));
        await Task.WhenAll(tasks.ToArray());
        return new(_operations.ToImmutableSortedDictionary(), [.. _failures]);
    }

    /// <remarks>Work is never cut off: whoever waits for a lock or a turn is let through to the end.</remarks>
    private async Task RunAsync(StormPart part, int number, CancellationTokenSource end)
    {
        await Task.Yield();
        var random = new Random(HashCode.Combine(seed, number, part.Count, part.Name.Length));
        _operations.TryAdd(part.Name, 0);
        while (!end.IsCancellationRequested)
        {
            try
            {
                await part.OnceAsync(random, CancellationToken.None);
                _operations.AddOrUpdate(part.Name, 1, (_, count) => count + 1);
            }
            catch (Exception failure)
            {
                _failures.Enqueue($"{part.Name}: {failure}");
                if (_failures.Count >= MaxFailures)
                    await end.CancelAsync();
            }
        }
    }
}
