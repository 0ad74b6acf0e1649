using System.Net.Sockets;
using Farm.Daemon.Server;
using Farm.Tests.Support;

namespace Farm.Tests.Daemon.Server;

public sealed class ListeningSocketTests
{
    [Fact]
    public void Anybody_may_connect_to_it()
    {
        using var directory = new TemporaryDirectory();
        using var listening = ListeningSocket.Bind(directory.File("folder/socket"));
        Assert.Equal((UnixFileMode)Convert.ToInt32("666", 8), File.GetUnixFileMode(listening.Path));
    }

    [Fact]
    public void A_second_daemon_on_it_is_refused_and_the_first_goes_on()
    {
        using var directory = new TemporaryDirectory();
        using var listening = ListeningSocket.Bind(directory.File("socket"));
        var refused = Assert.Throws<DaemonStartException>(() => ListeningSocket.Bind(directory.File("socket")));
        Assert.Contains("Another daemon listens", refused.Message, StringComparison.Ordinal);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(listening.Path));
    }

    [Fact]
    public void One_that_a_killed_daemon_has_left_is_replaced()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("socket");
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(directory.File("bound")));
            File.Move(directory.File("bound"), path); // Disposing removes the name that it was bound to.
        }
        using var listening = ListeningSocket.Bind(path);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));
    }

    [Fact]
    public void A_path_too_long_for_the_kernel_is_refused_in_one_sentence()
    {
        using var directory = new TemporaryDirectory();
        var refused = Assert.Throws<DaemonStartException>(() =>
            ListeningSocket.Bind(directory.File(new string('x', 150)))
        );
        Assert.Contains("too long", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_gone_when_it_is_closed()
    {
        using var directory = new TemporaryDirectory();
        ListeningSocket.Bind(directory.File("socket")).Dispose();
        Assert.False(File.Exists(directory.File("socket")));
    }
}
