using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Wire;

namespace Farm.Daemon.Building.Steps;

/// <summary>Shows one client a build, as the activity that Nix has for it.</summary>
internal sealed class ClientStep(IClientLog log, StoreDir storeDir, StepWork work) : IStepListener
{
    private ulong? _activity;

    public async ValueTask BeganAsync(string machine, CancellationToken ct)
    {
        var drv = storeDir.Print(work.DrvPath);
        var verb = work.Mode switch
        {
            BuildMode.Repair => "repairing outputs of",
            BuildMode.Check => "checking outputs of",
            _ => "building",
        };
        var place = machine.Length == 0 ? "" : $" on '{machine}'";
        _activity = await log.StartAsync(
                Verbosity.Info,
                ActivityType.Build,
                $"{verb} '{drv}'{place}",
                ct,
                0,
                LogField.Of(drv),
                LogField.Of(machine),
                LogField.Of(1),
                LogField.Of(1)
            )
            .ConfigureAwait(false);
    }

    public ValueTask NoteAsync(string text, CancellationToken ct) => log.LineAsync(Verbosity.Error, text, ct);

    public ValueTask LineAsync(ByteString line, CancellationToken ct) =>
        _activity is not { } activity
            ? ValueTask.CompletedTask
            : BuilderMessage.Read(line) switch
            {
                null => log.BuildLogLineAsync(activity, line, ct),
                BuilderMessage.Phase(var phase) => log.SetPhaseAsync(activity, phase, ct),
                BuilderMessage.Text(var level, var text) => log.LineAsync((Verbosity)Math.Clamp(level, 0, 7), text, ct),
                _ => ValueTask.CompletedTask,
            };

    public async ValueTask EndAsync(CancellationToken ct)
    {
        if (_activity is { } activity)
            await log.StopAsync(activity, ct).ConfigureAwait(false);
    }
}
