using Farm.Store.Paths;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>A coordinator without workers, for what must be refused before anyone builds.</summary>
public sealed class LoneCoordinator : IAsyncLifetime, IDisposable
{
    private FarmProcesses? _farm;
    private TroubleExpression? _troubles;

    internal FarmProcesses Farm => _farm ?? throw new InvalidOperationException("the coordinator did not start");

    internal TroubleExpression Troubles => _troubles ?? throw new InvalidOperationException("nothing was instantiated");

    /// <summary>A sound derivation.</summary>
    public StorePath Drv { get; private set; }

    public async Task InitializeAsync()
    {
        if (new FarmProcessFactAttribute().Skip is not null)
            return;
        _farm = new FarmProcesses(TimeSpan.FromSeconds(120));
        _troubles = new TroubleExpression();
        Drv = (await _troubles.InstantiateAsync("nothing", _farm.Ct)).Single();
        await _farm.StartCoordinatorAsync();
    }

    public async Task DisposeAsync()
    {
        if (_farm is not null)
            await _farm.DisposeAsync();
    }

    public void Dispose() => _troubles?.Dispose();

    /// <summary>Runs a verb that must be refused: exit code 1, one sentence, nothing submitted.</summary>
    /// <returns>The sentence.</returns>
    internal async Task<string> RefusedAsync(params string[] arguments)
    {
        var (exitCode, run) = await Farm.RunAsync(arguments);
        Assert.True(exitCode == 1, run.Told);
        Assert.Empty(run.Out);
        Assert.Empty(await Farm.Client.BuildsAsync(Farm.Ct));
        return Refusal.Sentence(run);
    }
}
