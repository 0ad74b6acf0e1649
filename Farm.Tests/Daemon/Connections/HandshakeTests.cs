using Farm.Daemon.Trust;
using Farm.Store.Wire;
using Farm.Tests.Daemon.Support;

namespace Farm.Tests.Daemon.Connections;

public sealed class HandshakeTests
{
    [Theory]
    [InlineData(18)]
    [InlineData(21)]
    [InlineData(33)]
    [InlineData(34)]
    [InlineData(35)]
    [InlineData(38)]
    public async Task Each_version_gets_the_fields_that_it_knows(byte minor)
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectAsync(daemon, minor);
        Assert.Equal(minor >= 33, client.VersionText.Length > 0);
        Assert.Equal(minor >= 35 ? 1UL : null, client.Trust);
        Assert.Equal(
            minor >= 38 ? ["delete-dead-specific-referrers", "realisation-with-path-not-hash"] : [],
            client.OfferedFeatures
        );
        Assert.Null(await client.CallAsync(WorkerOperation.QueryAllValidPaths));
        Assert.Equal(0UL, await client.Reader.ReadNumberAsync(default));
    }

    [Fact]
    public async Task A_client_who_is_not_trusted_is_told_so()
    {
        await using var daemon = await DaemonHarness.StartUntrustedAsync();
        await using var client = await WireClient.ConnectAsync(daemon, 38);
        Assert.Equal(2UL, client.Trust);
    }

    [Fact]
    public async Task A_client_that_is_too_old_gets_the_daemons_version_and_nothing_more()
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectRawAsync(daemon.SocketPath, daemon.Store.StoreDir);
        await client.SendAsync(writer =>
        {
            writer.WriteNumber(HandshakeWire.ClientMagic);
            writer.WriteNumber(new ProtocolVersion(1, 17).Number);
        });
        Assert.Equal(HandshakeWire.DaemonMagic, await client.Reader.ReadNumberAsync(default));
        Assert.Equal(ProtocolVersion.NewestWorker.Number, await client.Reader.ReadNumberAsync(default));
        Assert.True(await client.IsClosedAsync());
    }

    [Fact]
    public async Task Who_is_no_client_gets_no_byte()
    {
        await using var daemon = await DaemonHarness.StartAsync();
        await using var client = await WireClient.ConnectRawAsync(daemon.SocketPath, daemon.Store.StoreDir);
        await client.SendAsync(writer => writer.WriteRaw("GET / HTTP/1.1\r\n"u8[..8]));
        Assert.True(await client.IsClosedAsync());
    }

    [Fact]
    public async Task Who_is_not_allowed_gets_no_byte()
    {
        await using var daemon = await DaemonHarness.StartAsync(
            trust: new TrustRules { TrustedUsers = [], AllowedUsers = ["nobody-of-that-name"] }
        );
        await using var client = await WireClient.ConnectRawAsync(daemon.SocketPath, daemon.Store.StoreDir);
        Assert.True(await client.IsClosedAsync());
    }
}
