using System.Runtime.InteropServices;

namespace Farm.Cli.Nodes;

/// <summary>Turns SIGINT, SIGTERM and SIGHUP into two tokens: stop in order, and at the second signal stop at once.</summary>
public sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _atOnce = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    private StopSignals() { }

    public CancellationToken Stop => _stop.Token;

    public CancellationToken AtOnce => _atOnce.Token;

    /// <param name="ofParent">The process is a child that its parent stops by closing standard input. A Ctrl-C in the
    /// terminal reaches both; then the parent decides the order and the child pays no attention.</param>
    public static StopSignals Listen(bool ofParent)
    {
        var signals = new StopSignals();
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            var isHeard = !ofParent || signal == PosixSignal.SIGTERM;
            signals._registrations.Add(
                PosixSignalRegistration.Create(
                    signal,
                    context =>
                    {
                        context.Cancel = true;
                        if (isHeard)
                        {
                            signals.Hear();
                        }
                    }
                )
            );
        }
        return signals;
    }

    /// <summary>The same as a signal.</summary>
    public void Hear()
    {
        if (_stop.IsCancellationRequested)
        {
            _atOnce.Cancel();
        }
        else
        {
            _stop.Cancel();
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
        _stop.Dispose();
        _atOnce.Dispose();
    }
}
