using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Farm.Store.Roots;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Roots;

public sealed class CollectorTurnTests
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    [Fact]
    public async Task Another_process_names_its_roots_while_a_collector_runs_and_waits_for_a_deletion()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var (store, path) = (temporary.Store, TempRootsTests.Some(1));
        await using (await CollectorTurn.TakeAsync(store, s_ct))
        {
            Assert.True(store.TempRoots.TryBeginDeletion(TempRootsTests.Some(2).Hash));
            using var client = Connect(temporary);
            await client.SendAsync(Encoding.ASCII.GetBytes($"garbage\n/nix/store/{path}\n"));
            Assert.Equal("11", await ReceiveAsync(client, 2));
            Assert.False(store.TempRoots.TryBeginDeletion(path.Hash));

            await client.SendAsync(Encoding.ASCII.GetBytes($"/nix/store/{TempRootsTests.Some(2)}\n"));
            var answered = ReceiveAsync(client, 1);
            while (!store.TempRoots.Held().Contains(TempRootsTests.Some(2).Hash))
                await Task.Delay(1);
            Assert.False(answered.IsCompleted);
            store.TempRoots.EndDeletion(TempRootsTests.Some(2).Hash);
            Assert.Equal("1", await answered);
        }
        Assert.Empty(store.TempRoots.Held());
        var refused = Assert.Throws<SocketException>(() => Connect(temporary));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task This_process_holds_paths_while_its_own_collector_runs()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        await using var turn = await CollectorTurn.TakeAsync(temporary.Store, s_ct);
        await using var hold = await temporary.Store.TempRoots.HoldAsync([TempRootsTests.Some(1)], s_ct);
        Assert.False(temporary.Store.TempRoots.TryBeginDeletion(TempRootsTests.Some(1).Hash));
        Assert.True(File.Exists(TempRootsTests.TempFile(temporary)));
    }

    [Fact]
    public async Task A_second_collector_waits_for_the_first()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var first = await CollectorTurn.TakeAsync(temporary.Store, s_ct);
        var second = CollectorTurn.TakeAsync(temporary.Store, s_ct);
        Assert.False(second.IsCompleted);
        await first.DisposeAsync();
        await (await second).DisposeAsync();
    }

    [Fact]
    public async Task A_collector_of_another_process_is_told_before_a_path_counts_as_held()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        var layout = temporary.Settings.Layout;
        var path = TempRootsTests.Some(1);
        using var other = await LockAsync(layout.StateDir + "/gc.lock");
        var asked = temporary.Store.TempRoots.HoldAsync([path], s_ct);
        Assert.False(asked.IsCompleted);
        // Not there yet: asked again and again. Then one that goes away without an answer, then one that answers.
        Directory.CreateDirectory(layout.GcSocketDir);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(layout.GcSocketDir + "/socket"));
        listener.Listen();
        (await listener.AcceptAsync()).Dispose();
        using var asker = await listener.AcceptAsync();
        var line = $"/nix/store/{path}\n";
        Assert.Equal(line, await ReceiveAsync(asker, line.Length));
        Assert.False(asked.IsCompleted);
        await asker.SendAsync("1"u8.ToArray());
        await using var hold = await asked;
        Assert.Equal($"/nix/store/{path}\0", TempRootsTests.Text(TempRootsTests.TempFile(temporary)));
        other.Kill();
    }

    [Fact]
    public async Task When_the_collector_of_another_process_ends_the_lock_is_enough()
    {
        await using var temporary = await TemporaryStore.OpenAsync();
        using var other = await LockAsync(temporary.Settings.Layout.StateDir + "/gc.lock");
        var asked = temporary.Store.TempRoots.HoldAsync([TempRootsTests.Some(1)], s_ct);
        Assert.False(asked.IsCompleted);
        other.Kill();
        await (await asked).DisposeAsync();
    }

    private static Socket Connect(TemporaryStore temporary)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(temporary.Settings.Layout.GcSocketDir + "/socket"));
        return socket;
    }

    private static async Task<string> ReceiveAsync(Socket socket, int length)
    {
        var received = new byte[length];
        for (var read = 0; read < length; )
        {
            var count = await socket.ReceiveAsync(received.AsMemory(read));
            Assert.NotEqual(0, count);
            read += count;
        }
        return Encoding.ASCII.GetString(received);
    }

    /// <summary>Another process that has the lock until it is killed.</summary>
    private static async Task<Process> LockAsync(string file)
    {
        var start = new ProcessStartInfo("flock", ["--no-fork", file, "sh", "-c", "echo locked; exec sleep 60"])
        {
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        Assert.Equal("locked", await process.StandardOutput.ReadLineAsync());
        return process;
    }
}
