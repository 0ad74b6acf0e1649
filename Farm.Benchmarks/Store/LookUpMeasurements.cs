using Farm.Benchmarks.Measuring;
using Farm.Store.Database;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Benchmarks.Store;

/// <summary>Asking a database of many paths. Nix is asked as a daemon that runs already, and as a program.</summary>
internal static class LookUpMeasurements
{
    private const int Rounds = 5;
    private const int Paths = 1_000_000;
    private const int Questions = 20_000;
    private const int NamedAtOnce = 2_000;
    private const int ManyCallers = 8;

    public static async Task MeasureAsync(BenchmarkRun run, CancellationToken ct)
    {
        await using var work = WorkFolder.Create();
        var root = work.Path("store");
        var paths = await ManyPaths.FillAsync(root, run.Count(Paths), ct);
        var random = new Random(5);
        StorePath[] asked =
        [
            .. Enumerable.Range(0, run.Count(Questions)).Select(_ => paths[random.Next(paths.Length)]),
        ];
        await using (var opened = await OpenStore.OpenAsync(root, isPlain: true, ct))
        {
            await InfosAsync(run, opened.Store, asked, ct);
            await HashPartsAsync(run, opened.Store, asked, ct);
        }
        if (FarmProgram.TryFind() is { } farm)
            await ProcessesAsync(run, work, farm, asked, ct);
    }

    private static async Task InfosAsync(BenchmarkRun run, LocalStore store, StorePath[] asked, CancellationToken ct)
    {
        string[] texts = [.. asked.Select(store.StoreDir.Print)];
        await run.CompareAsync(
            new Contest
            {
                Rounds = Rounds,
                Farm =
                [
                    ("path-info look-ups, one caller", Callers(1, asked, AskAsync)),
                    ($"path-info look-ups, {ManyCallers} callers", Callers(ManyCallers, asked, AskAsync)),
                ],
                Nix = Daemon(store, (daemon, ct) => daemon.QueryAsync(texts, ct), asked.Length),
                Limit = Sql(
                    store,
                    asked,
                    (connection, path) =>
                    {
                        using var row = connection.Rows(
                            "select id, hash, narSize from ValidPaths where path = $0",
                            store.StoreDir.Print(path)
                        );
                        row.Read();
                        using var references = connection.Rows(
                            "select path from Refs join ValidPaths on reference = id where referrer = $0",
                            row.GetInt64(0)
                        );
                        while (references.Read())
                            references.GetBytes(0);
                    }
                ),
                Pieces = asked.Length,
            },
            ct
        );

        async Task AskAsync(StorePath path, CancellationToken ct) =>
            _ = await store.QueryAsync(path, ct) ?? throw new InvalidOperationException($"{path} was not found.");
    }

    private static async Task HashPartsAsync(
        BenchmarkRun run,
        LocalStore store,
        StorePath[] asked,
        CancellationToken ct
    )
    {
        string[] texts = [.. asked.Select(path => path.Hash.ToString())];
        var what = $"paths by hash part among {run.Count(Paths)}";
        await run.CompareAsync(
            new Contest
            {
                Rounds = Rounds,
                Farm =
                [
                    ($"{what}, one caller", Callers(1, asked, AskAsync)),
                    ($"{what}, {ManyCallers} callers", Callers(ManyCallers, asked, AskAsync)),
                ],
                Nix = Daemon(store, (daemon, ct) => daemon.FindAsync(texts, ct), asked.Length),
                Limit = Sql(
                    store,
                    asked,
                    (connection, path) =>
                    {
                        using var row = connection.Rows(
                            "select path from ValidPaths where path >= $0 limit 1",
                            $"{store.StoreDir.Text}/{path.Hash}"
                        );
                        row.Read();
                        row.GetBytes(0);
                    }
                ),
                Pieces = asked.Length,
            },
            ct
        );

        async Task AskAsync(StorePath path, CancellationToken ct)
        {
            if (await store.QueryPathFromHashPartAsync(path.Hash, ct) != path)
                throw new InvalidOperationException($"{path} was not found by its hash part.");
        }
    }

    /// <summary>Programs that are started, asked, and end.</summary>
    private static async Task ProcessesAsync(
        BenchmarkRun run,
        WorkFolder work,
        string farm,
        StorePath[] asked,
        CancellationToken ct
    )
    {
        var root = work.Path("store");
        string[] paths = [.. asked.Distinct().Take(NamedAtOnce).Select(StoreDir.Default.Print)];
        await run.CompareAsync(
            $"tell all of {paths.Length} paths, whole process",
            Rounds,
            Process(farm, ["store", "query", "--info", "--json", .. PlainFarm.Options(work, root), .. paths]),
            Process(
                "nix",
                [
                    "path-info",
                    "--json",
                    "--extra-experimental-features",
                    "nix-command",
                    .. RealNix.Options(root),
                    .. paths,
                ]
            ),
            ct
        );
        await run.CompareAsync(
            "tell the hash of one path, whole process",
            Rounds,
            Process(farm, ["store", "query", "--hash", .. PlainFarm.Options(work, root), paths[0]]),
            Process("nix-store", [.. RealNix.Options(root), "--query", "--hash", paths[0]]),
            ct
        );
    }

    private static Contender Process(string program, IReadOnlyList<string> arguments) =>
        Contender.Timed((_, ct) => ChildProcess.RunAsync(program, arguments, ct));

    /// <summary>Callers that each wait for an answer before they ask again, and share the questions.</summary>
    private static Contender Callers(int count, StorePath[] asked, Func<StorePath, CancellationToken, Task> askAsync) =>
        Contender.Timed(
            (_, ct) =>
                Task.WhenAll(
                    asked
                        .Chunk((asked.Length + count - 1) / count)
                        .Select(part =>
                            Task.Run(
                                async () =>
                                {
                                    foreach (var path in part)
                                        await askAsync(path, ct);
                                },
                                ct
                            )
                        )
                )
        );

    /// <summary>A daemon that has the store open and nothing in memory.</summary>
    private static Contender Daemon(
        LocalStore store,
        Func<DaemonConnection, CancellationToken, Task<int>> askAsync,
        int count
    ) =>
        new(
            async (_, ct) =>
            {
                await using var daemon = NixDaemon.Start(store.Layout.Root);
                var found = 0;
                var took = await Contender.TimeAsync(async () => found = await askAsync(daemon.Connection, ct));
                return found == count
                    ? took
                    : throw new InvalidOperationException($"Nix found {found} of {count} paths.");
            }
        );

    /// <summary>The bare statements on one connection and one thread.</summary>
    private static Contender Sql(LocalStore store, StorePath[] asked, Action<StoreConnection, StorePath> ask) =>
        new(
            (_, ct) =>
            {
                using var connection = StoreConnection.Open(
                    ManyPaths.DatabaseFile(store.Layout.Root),
                    isWriter: false,
                    isSynced: false
                );
                return Contender.TimeAsync(() =>
                {
                    foreach (var path in asked)
                    {
                        ct.ThrowIfCancellationRequested();
                        ask(connection, path);
                    }
                    return Task.CompletedTask;
                });
            }
        );
}
