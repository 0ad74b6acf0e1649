using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Farm.Daemon.Activation;

/// <summary>Tells the service manager how this process is. Does nothing where none asks.</summary>
/// <remarks>Shape: datagrams of lines such as <c>READY=1</c> to the socket in <c>NOTIFY_SOCKET</c>, where <c>@</c> at its front stands for the
/// abstract name space; where <c>WATCHDOG_USEC</c> is set, <c>WATCHDOG=1</c> at least that often, sent here three times as often.
/// Source: <c>sd_notify(3)</c>, <c>sd_watchdog_enabled(3)</c>.</remarks>
public sealed class ServiceNotifier : IAsyncDisposable
{
    private readonly Socket? _socket;
    private readonly CancellationTokenSource _end = new();
    private Task _watchdog = Task.CompletedTask;

    private ServiceNotifier(Socket? socket) => _socket = socket;

    /// <summary>Finds the service manager by the variables, and removes these.</summary>
    /// <param name="clock">For the watchdog.</param>
    public static ServiceNotifier Connect(TimeProvider clock)
    {
        var notifier = new ServiceNotifier(Open(Environment.GetEnvironmentVariable("NOTIFY_SOCKET")));
        var interval = Interval(Environment.GetEnvironmentVariable, Environment.ProcessId);
        foreach (var name in (string[])["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"])
            Environment.SetEnvironmentVariable(name, null);
        if (notifier._socket is not null && interval is { } often)
            notifier._watchdog = notifier.WatchAsync(often / 3, clock);
        return notifier;
    }

    /// <summary>How often the watchdog wants to hear of this process; null where it does not.</summary>
    public static TimeSpan? Interval(Func<string, string?> variable, int processId)
    {
        if (variable("WATCHDOG_PID") is { Length: > 0 } process && process != Text(processId))
            return null;
        return
            long.TryParse(
                variable("WATCHDOG_USEC"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var microseconds
            )
            && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
    }

    /// <summary>Clients are served from now on.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={status}\nMAINPID={Text(Environment.ProcessId)}");

    /// <summary>The process is about to end in order.</summary>
    public void Stopping() => Send("STOPPING=1");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _watchdog.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        _socket?.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Socket? Open(string? address)
    {
        if (string.IsNullOrEmpty(address))
            return null;
        // One that does not read keeps nobody from stopping.
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = 1000 };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address));
            return socket;
        }
        catch (SocketException)
        {
            // A service manager that does not listen need not know.
            socket.Dispose();
            return null;
        }
    }

    private async Task WatchAsync(TimeSpan interval, TimeProvider clock)
    {
        using var timer = new PeriodicTimer(interval, clock);
        do Send("WATCHDOG=1");
        while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false));
    }

    private void Send(string state)
    {
        try
        {
            _socket?.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (SocketException)
        {
            // It hears of the next.
        }
    }
}
