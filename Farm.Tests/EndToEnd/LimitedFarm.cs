using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>A coordinator and a worker whose builders have narrow limits.</summary>
public sealed class LimitedFarm : IAsyncLifetime, IDisposable
{
    private FarmProcesses? _farm;
    private TroubleExpression? _troubles;

    private FarmProcesses Farm => _farm ?? throw new InvalidOperationException("the farm did not start");

    private TroubleExpression Troubles => _troubles ?? throw new InvalidOperationException("nothing was instantiated");

    public async Task InitializeAsync()
    {
        if (new FarmProcessFactAttribute().Skip is not null)
            return;
        _farm = new FarmProcesses(TimeSpan.FromSeconds(150));
        _troubles = new TroubleExpression();
        await _farm.StartCoordinatorAsync();
        await _farm.StartWorkerAsync(
            "worker",
            1,
            "farm.sandbox.max-processes=100",
            "farm.sandbox.max-build-log-size=1MiB"
        );
    }

    public async Task DisposeAsync()
    {
        if (_farm is not null)
            await _farm.DisposeAsync();
    }

    public void Dispose() => _troubles?.Dispose();

    /// <summary>Builds one of the troublesome derivations.</summary>
    /// <param name="options">Options of <c>farm build</c>; they make the derivation another one, so that each test has its own.</param>
    internal async Task<(int ExitCode, ProgramRun Run)> BuildAsync(string attribute, params string[] options)
    {
        var salt = string.Join(' ', options);
        var drv = (await Troubles.InstantiateAsync(attribute, Farm.Ct, ("salt", salt))).Single();
        return await Farm.RunAsync([
            "build",
            "--from",
            Troubles.Root,
            "--no-out-link",
            .. options,
            Troubles.Print(drv),
        ]);
    }

    /// <summary>Waits until no process, no scratch directory and no half path is left of any build.</summary>
    internal Task CleanAsync() => Farm.CleanAsync();
}
