using System.Net;
using System.Net.Sockets;

namespace Farm.Cli.Nodes;

/// <summary>An address to listen on, as given on the command line.</summary>
internal static class ListenAddress
{
    /// <param name="text"><c>127.0.0.1:7410</c>, <c>[::1]:7410</c>, or the same with <c>http://</c> in front; port 0 takes any free one.</param>
    /// <exception cref="CommandException">It is none.</exception>
    public static IPEndPoint Parse(string text)
    {
        var plain = text.StartsWith("http://", StringComparison.Ordinal) ? text["http://".Length..].TrimEnd('/') : text;
        return plain.Contains(':') && IPEndPoint.TryParse(plain, out var listen)
            ? listen
            : throw new CommandException(
                $"'{text}' is nothing to listen on: give address and port, such as 127.0.0.1:7410."
            );
    }

    /// <summary>The same with a port that is free now, where any was asked for.</summary>
    public static IPEndPoint WithPort(IPEndPoint listen)
    {
        if (listen.Port != 0)
        {
            return listen;
        }
        using var probe = new TcpListener(listen.Address, 0);
        probe.Start();
        return (IPEndPoint)probe.LocalEndpoint;
    }
}
