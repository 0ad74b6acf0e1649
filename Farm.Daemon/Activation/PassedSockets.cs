using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;

namespace Farm.Daemon.Activation;

/// <summary>Listening sockets that the service manager has opened and passed to this process.</summary>
/// <remarks>Shape: descriptors 3 and following, as many as <c>LISTEN_FDS</c> says, when <c>LISTEN_PID</c> is this process; their names
/// in <c>LISTEN_FDNAMES</c>, divided by colons. Source: <c>sd_listen_fds(3)</c>.</remarks>
public static class PassedSockets
{
    /// <summary>The first descriptor that is passed.</summary>
    public const int FirstDescriptor = 3;

    /// <summary>Most sockets that are taken.</summary>
    public const int MaxSockets = 64;

    /// <summary>What the variables say, without touching any descriptor.</summary>
    /// <param name="variable">Value of an environment variable; null where it is not set.</param>
    /// <param name="processId">This process.</param>
    /// <returns>Descriptors with their names; none where they are meant for another process.</returns>
    /// <exception cref="ActivationException">The variables are malformed.</exception>
    public static ImmutableArray<(int Descriptor, string Name)> Read(Func<string, string?> variable, int processId)
    {
        if (variable("LISTEN_PID") is not { Length: > 0 } process)
            return [];
        if (Number("LISTEN_PID", process) != processId)
            return [];
        var count = Number("LISTEN_FDS", variable("LISTEN_FDS") ?? "");
        if (count > MaxSockets)
            throw new ActivationException($"LISTEN_FDS is {count}: at most {MaxSockets} sockets are taken.");
        var names = (variable("LISTEN_FDNAMES") ?? "").Split(':');
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(index =>
                    (
                        FirstDescriptor + index,
                        index < names.Length && names[index].Length > 0 ? names[index] : "unknown"
                    )
                ),
        ];
    }

    /// <summary>Takes the sockets that were passed, and removes the variables, so that no child believes them its own.</summary>
    /// <exception cref="ActivationException">One is no stream socket that listens.</exception>
    public static ImmutableArray<Socket> Take()
    {
        var passed = Read(Environment.GetEnvironmentVariable, Environment.ProcessId);
        foreach (var name in (string[])["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"])
            Environment.SetEnvironmentVariable(name, null);
        return [.. passed.Select(one => Take(one.Descriptor, one.Name))];
    }

    private static Socket Take(int descriptor, string name)
    {
        Descriptors.CloseOnExecute(descriptor);
        Socket socket;
        try
        {
            socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        }
        catch (SocketException failure)
        {
            throw new ActivationException(
                $"Descriptor {descriptor} ('{name}'), which the service manager passed, is no socket: {failure.Message}"
            );
        }
        if (
            socket.SocketType == SocketType.Stream
            && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is 1
        )
            return socket;
        socket.Dispose();
        throw new ActivationException(
            $"Descriptor {descriptor} ('{name}'), which the service manager passed, does not listen: a unit with 'Accept=no' and 'ListenStream=' is needed."
        );
    }

    private static int Number(string variable, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ActivationException($"{variable} is '{text}': a number is needed.");
}
