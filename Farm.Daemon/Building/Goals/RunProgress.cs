using Farm.Store.Wire;

namespace Farm.Daemon.Building.Goals;

/// <summary>The activities that a client sees a request as: all of it, its builds, its copying.</summary>
/// <remarks>Source: Nix's <c>Worker</c>, which opens them at level 0 and reports progress on the latter two.</remarks>
internal sealed class RunProgress(IClientLog log)
{
    private ulong _realise;
    private ulong _builds;
    private ulong _copies;
    private ulong _done;
    private ulong _failed;
    private ulong _running;
    private ulong _left;

    /// <summary>The activity of copying; 0 before the beginning.</summary>
    public ulong Copies => _copies;

    public async Task BeginAsync(CancellationToken ct)
    {
        if (_realise != 0)
            return;
        _realise = await log.StartAsync(Verbosity.Error, ActivityType.Realise, "", ct).ConfigureAwait(false);
        _builds = await log.StartAsync(Verbosity.Error, ActivityType.Builds, "", ct).ConfigureAwait(false);
        _copies = await log.StartAsync(Verbosity.Error, ActivityType.CopyPaths, "", ct).ConfigureAwait(false);
    }

    /// <summary>So many builds are still to be begun.</summary>
    public ValueTask ExpectAsync(int builds, CancellationToken ct)
    {
        _left = (ulong)builds;
        return TellAsync(ct);
    }

    public ValueTask BeganAsync(CancellationToken ct)
    {
        _running++;
        _left--;
        return TellAsync(ct);
    }

    public ValueTask EndedAsync(bool isSuccess, CancellationToken ct)
    {
        _running--;
        if (isSuccess)
            _done++;
        else
            _failed++;
        return TellAsync(ct);
    }

    public async Task EndAsync(CancellationToken ct)
    {
        if (_realise == 0)
            return;
        await log.StopAsync(_copies, ct).ConfigureAwait(false);
        await log.StopAsync(_builds, ct).ConfigureAwait(false);
        await log.StopAsync(_realise, ct).ConfigureAwait(false);
        _realise = 0;
    }

    private ValueTask TellAsync(CancellationToken ct) =>
        log.ProgressAsync(_builds, _done, _done + _running + _left, _running, _failed, ct);
}
