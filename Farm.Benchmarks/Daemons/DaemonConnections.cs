using Farm.Benchmarks.Measuring;
using Farm.Benchmarks.Reporting;

namespace Farm.Benchmarks.Daemons;

/// <summary>What single connections ask and cost.</summary>
internal static class DaemonConnections
{
    private const int Rounds = 5;
    private const int Questions = 5000;
    private const int Connections = 200;
    private const double KibiByte = 1024;

    /// <param name="daemons">Both have the texts that were asked of before.</param>
    /// <param name="bigFile">What busy connections take.</param>
    /// <param name="ct">Stops between two figures.</param>
    public static async Task MeasureAsync(DaemonPair daemons, string bigFile, CancellationToken ct)
    {
        var (run, questions) = (daemons.Run, daemons.Run.Count(Questions));
        await run.CompareAsync(
            new Contest
            {
                Rounds = Rounds,
                Farm = [("paths by hash part, one connection", Find(daemons.Farm, questions))],
                Nix = Find(daemons.Nix, questions),
                Pieces = questions,
            },
            ct
        );
        await MemoryAsync("memory of an idle connection", null);
        await MemoryAsync("memory of a busy connection", bigFile);

        async Task MemoryAsync(string what, string? dumped) =>
            run.Sheet.Add(
                new Figure(
                    what,
                    "KiB",
                    Sample.Of([await PerConnectionAsync(daemons.Farm, dumped, ct)]),
                    Sample.Of([await PerConnectionAsync(daemons.Nix, dumped, ct)]),
                    null
                )
            );
    }

    private static Contender Find(RunningDaemon daemon, int count) =>
        new(
            async (_, ct) =>
            {
                var names = Directory
                    .EnumerateFiles(daemon.StoreDir, "*-text-*")
                    .Select(path => Path.GetFileName(path));
                string[] parts =
                [
                    .. names.Select(name => name[..name.IndexOf('-', StringComparison.Ordinal)]).Take(count),
                ];
                using var connection = await daemon.ConnectAsync(ct);
                var found = 0;
                var took = await Contender.TimeAsync(async () => found = await connection.FindAsync(parts, ct));
                return found == count
                    ? took
                    : throw new InvalidOperationException($"{found} of {count} paths were found.");
            }
        );

    /// <summary>How much more memory the daemon uses for each of some connections, in KiB; 1 where it is less, as it had some to spare.</summary>
    /// <param name="dumped">A file whose archive is on its way on each of them; null for connections that ask nothing.</param>
    private static async Task<double> PerConnectionAsync(RunningDaemon daemon, string? dumped, CancellationToken ct)
    {
        var path = dumped is null ? null : (await daemon.AskAsync(["nix-store", "--add", dumped], ct))[0];
        using var first = await daemon.ConnectAsync(ct);
        if (path is not null)
            first.BeginDump(path);
        var before = ProcessMemory.OfTreeBytes(daemon.ProcessId);
        var connections = new List<DaemonConnection>();
        try
        {
            while (connections.Count < Connections)
            {
                connections.Add(await daemon.ConnectAsync(ct));
                if (path is not null)
                    connections[^1].BeginDump(path);
            }
            var memory = ProcessMemory.OfTreeBytes(daemon.ProcessId) - before;
            return Math.Max(1, memory / (Connections * KibiByte));
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }
}
