using Farm.Store.Paths;
using Farm.Tests.Conventions;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Store.BinaryCaches;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>A farm that has never built anything and a binary cache that the real Nix made of the small example, signed.</summary>
public sealed class SubstitutingFarmTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] s_attributes = ["collected", "split", "counted"];

    private readonly RealNix _nix = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly FarmProcesses? _farm = new FarmProcessFactAttribute().Skip is null
        ? new(TimeSpan.FromSeconds(90))
        : null;
    private string[] _drvs = [];
    private string _key = "";

    private FarmProcesses Farm => _farm ?? throw new InvalidOperationException("no farm can run here");

    public async Task InitializeAsync()
    {
        if (_farm is null)
            return;
        var expression = Path.Combine(SourceTree.Root, "examples/small");
        var selected = s_attributes.SelectMany(attribute => new[] { "-A", attribute });
        var drvs = await _nix.InstantiateAsync(expression, [.. selected], Farm.Ct);
        _drvs = [.. drvs.Select(_nix.StoreDir.Print)];
        var built = await _nix.RunAsync("nix-store", ["--realise", .. _drvs], Farm.Ct);
        string[] keys = ["cache-1", _directory.File("secret"), _directory.File("public")];
        await _nix.RunAsync("nix-store", ["--generate-binary-cache-key", .. keys], Farm.Ct);
        _key = (await File.ReadAllTextAsync(keys[2], Farm.Ct)).Trim();
        var to = $"file://{CacheDir}?secret-key={keys[1]}";
        string[] paths = built.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await _nix.RunAsync(
            "nix",
            ["--extra-experimental-features", "nix-command", "copy", "--to", to, .. paths],
            Farm.Ct
        );
    }

    [FarmProcessFact]
    public async Task Everything_is_fetched_and_no_step_is_built()
    {
        // There is not even a worker.
        await Farm.StartCoordinatorAsync(Substituters($"file://{CacheDir}"), Trusted);
        var (code, run) = await BuildAsync();
        Assert.True(code == 0, Farm.Told());
        Assert.Contains(run.Error, line => line.StartsWith("Fetched ", StringComparison.Ordinal));
        Assert.Equal("100\n", await File.ReadAllTextAsync(Farm.File("result") + "/number"));
        var outputs = run.Out.Select(StoreDir.Default.ParsePath).ToArray();
        await Farm.StopAsync();
        await Farm.AssertValidAsync("coordinator", outputs);
    }

    [FarmProcessFact]
    public async Task Without_the_key_everything_is_built()
    {
        await Farm.StartCoordinatorAsync(Substituters($"file://{CacheDir}"));
        await Farm.StartWorkerAsync("worker", 2);
        var (code, run) = await BuildAsync();
        Assert.True(code == 0, Farm.Told());
        Assert.DoesNotContain(run.Error, line => line.StartsWith("Fetched ", StringComparison.Ordinal));
        Assert.Single((await Farm.Client.StepAsync(Drv("collected"), Farm.Ct)).Attempts);
    }

    [FarmProcessFact]
    public async Task Cache_that_goes_away_midway_fails_the_build_or_has_it_built_as_fallback_says()
    {
        await using var server = await StartServerThatGoesAwayAsync();
        string[] settings = [Substituters(server.Address), Trusted, "farm.store.download-attempts=1"];
        await Farm.StartCoordinatorAsync(settings);
        await Farm.StartWorkerAsync("worker", 2);
        var (code, run) = await BuildAsync();
        Assert.True(code == 1, Farm.Told());
        Assert.Contains("farm.store.fallback", run.Error[^1], StringComparison.Ordinal);
        Assert.Empty(await Farm.Client.BuildsAsync(Farm.Ct));
        await Farm.StopAsync();

        await using var again = await StartServerThatGoesAwayAsync();
        settings[0] = Substituters(again.Address);
        await Farm.StartCoordinatorAsync([.. settings, "farm.store.fallback=on"]);
        await Farm.StartWorkerAsync("worker", 2);
        (code, run) = await BuildAsync();
        Assert.True(code == 0, Farm.Told());
        Assert.Single((await Farm.Client.StepAsync(Drv("collected"), Farm.Ct)).Attempts);
    }

    public async Task DisposeAsync()
    {
        if (_farm is not null)
            await _farm.DisposeAsync();
    }

    public void Dispose()
    {
        _nix.Dispose();
        _directory.Dispose();
    }

    private string CacheDir => _directory.File("cache");

    private string Trusted => $"farm.store.trusted-public-keys=[\"{_key}\"]";

    private static string Substituters(string address) => $"farm.store.substituters=[\"{address}\"]";

    private StorePath Drv(string name) =>
        _drvs.Select(StoreDir.Default.ParsePath).Single(drv => drv.Name == name + ".drv");

    private Task<(int ExitCode, ProgramRun Run)> BuildAsync() =>
        Farm.RunAsync(["build", "--from", _nix.Root, "--out-link", Farm.File("result"), .. _drvs]);

    /// <summary>It has every narinfo and gives one archive, the smallest; then its connections break.</summary>
    private async Task<CacheServer> StartServerThatGoesAwayAsync()
    {
        var server = await CacheServer.StartAsync();
        foreach (var file in Directory.GetFiles(CacheDir, "*.narinfo"))
            server.Serve(Path.GetFileName(file), await File.ReadAllBytesAsync(file, Farm.Ct));
        var archives = Directory.GetFiles(CacheDir + "/nar").OrderBy(file => new FileInfo(file).Length).ToArray();
        server.Serve("nar/" + Path.GetFileName(archives[0]), await File.ReadAllBytesAsync(archives[0], Farm.Ct));
        foreach (var archive in archives[1..])
        {
            server.Files["nar/" + Path.GetFileName(archive)] = async context =>
            {
                context.Response.ContentLength = new FileInfo(archive).Length;
                await context.Response.Body.WriteAsync(new byte[10]);
                await context.Response.Body.FlushAsync();
                context.Abort();
            };
        }
        return server;
    }
}
