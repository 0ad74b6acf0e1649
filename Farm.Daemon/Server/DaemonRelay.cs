using System.Net.Sockets;

namespace Farm.Daemon.Server;

/// <summary>Hands a client on to a daemon that runs already: bytes go both ways as they are, and that daemon judges.</summary>
public static class DaemonRelay
{
    /// <summary>Connects to a daemon; null where none listens.</summary>
    /// <exception cref="DaemonStartException">One may listen there, but not for this user.</exception>
    public static async Task<Socket?> ConnectAsync(string path, CancellationToken ct)
    {
        if (!File.Exists(path))
            return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct).ConfigureAwait(false);
            return socket;
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            return refused.SocketErrorCode == SocketError.ConnectionRefused
                ? null
                : throw new DaemonStartException($"The daemon's socket '{path}' cannot be used: {refused.Message}");
        }
    }

    /// <summary>Copies until the daemon closes the connection. The end of the input is handed on.</summary>
    public static async Task RunAsync(Socket daemon, Stream input, Stream output, CancellationToken ct)
    {
        var stream = new NetworkStream(daemon, ownsSocket: false);
        await using (stream.ConfigureAwait(false))
        {
            var there = ForwardAsync();
            var back = stream.CopyToAsync(output, ct);
            await Task.WhenAny(back, FailureOf(there)).Unwrap().ConfigureAwait(false);
            await output.FlushAsync(ct).ConfigureAwait(false);
        }

        async Task ForwardAsync()
        {
            await input.CopyToAsync(stream, ct).ConfigureAwait(false);
            daemon.Shutdown(SocketShutdown.Send);
        }

        // Ends only when forwarding fails: after its orderly end the answer is still to come.
        async Task FailureOf(Task forwarding)
        {
            await forwarding.ConfigureAwait(false);
            await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(false);
        }
    }
}
