using System.Diagnostics;
using System.Text;
using Farm.Store.Paths;
using Farm.Tests.Hardening;
using Farm.Tests.Support;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Running;

/// <summary>Store paths that come into a sandbox while its builder runs.</summary>
public sealed class SandboxDoorTests : IDisposable
{
    private const uint Nobody = 65534;
    private const UnixFileMode Runnable = (UnixFileMode)0x1ED;

    private readonly SandboxBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [SandboxFact]
    public async Task A_builder_sees_what_is_shown_to_it_and_cannot_write_there()
    {
        using var launcher = new SandboxLauncher(SandboxProgram.Find(null));
        await ShowsAsync(launcher, Spec());
    }

    [SandboxFact]
    public async Task So_does_a_builder_without_root()
    {
        File.SetUnixFileMode(_bench.Directory, Runnable);
        var spec = Spec();
        using var launcher = await RootlessLauncher.MakeAsync(_bench.Directory, spec.ScratchDirectory, Nobody);
        var socket = Path.Combine(spec.ScratchDirectory, SandboxSpec.NixSocketName);
        using (var chown = Process.Start("chown", ["65534:65534", socket]))
            await chown.WaitForExitAsync();
        await ShowsAsync(launcher, spec);
    }

    [SandboxFact]
    public async Task Without_a_socket_nothing_comes_in()
    {
        using var launcher = new SandboxLauncher(SandboxProgram.Find(null));
        using var door = new SandboxDoor();
        var spec = _bench.Shell("echo begun; while :; do :; done");
        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var running = launcher.RunAsync(spec, Begun, door, stop.Token);
        await begun.Task;
        var refused = await Assert.ThrowsAsync<SandboxException>(() => door.ShowAsync(Input("d", "a"), default));
        Assert.Contains("has no socket", refused.Message, StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
        await Assert.ThrowsAsync<SandboxException>(() => door.ShowAsync(Input("d", "a"), default));

        ValueTask Begun(ReadOnlyMemory<byte> bytes)
        {
            begun.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }

    private SandboxSpec Spec()
    {
        var spec = _bench.Shell(
            "echo begun; cd /nix/store; for n in d f l; do until [ -e *-shown-$n ] || [ -L *-shown-$n ]; do :; done; echo saw $n; done; "
                + "cat *-shown-d/file *-shown-f; readlink *-shown-l; "
                + "echo x > *-shown-d/file || echo refused; mkdir *-shown-d/new || echo refused; rm *-shown-f || echo refused; "
                + "until [ -e /nix/store/*-end ]; do :; done; stat -c '%a %F %u' /build/.nix-socket"
        );
        var scratch = Path.Combine(spec.ScratchDirectory, SandboxSpec.NixSocketName);
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix,
            System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Unspecified
        );
        // Under another name, since closing a socket removes the name that it was bound to.
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(scratch + "-bound"));
        File.Move(scratch + "-bound", scratch);
        File.SetUnixFileMode(scratch, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return spec with { HasNixSocket = true };
    }

    private async Task ShowsAsync(SandboxLauncher launcher, SandboxSpec spec)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_bench.Directory, "shown")).FullName;
        Directory.CreateDirectory(Path.Combine(directory, "d"));
        await File.WriteAllTextAsync(Path.Combine(directory, "d/file"), "in the directory\n");
        await File.WriteAllTextAsync(Path.Combine(directory, "f"), "in the file\n");
        File.CreateSymbolicLink(Path.Combine(directory, "l"), "target of the link");
        using var door = new SandboxDoor();
        using var log = new MemoryStream();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var showing = ShowAsync();
        var result = await launcher.RunAsync(spec, LogAsync, door, CancellationToken.None);
        await showing;
        var told = Encoding.UTF8.GetString(log.ToArray());
        Assert.True(result is SandboxResult.Exited { Code: 0 }, $"{result}\n{told}");
        var lines = told.Split('\n').Where(line => !line.Contains(':', StringComparison.Ordinal));
        Assert.Equal(
            [
                "begun",
                "saw d",
                "saw f",
                "saw l",
                "in the directory",
                "in the file",
                "target of the link",
                "refused",
                "refused",
                "refused",
                "600 socket 1000",
                "",
            ],
            lines
        );
        Assert.True(Directory.Exists(Path.Combine(directory, "d")));

        async ValueTask LogAsync(ReadOnlyMemory<byte> bytes)
        {
            await log.WriteAsync(bytes);
            begun.TrySetResult();
        }

        async Task ShowAsync()
        {
            await begun.Task; // Before that there may be no sandbox yet.
            await door.ShowAsync(Shown("d", "a"), default);
            await door.ShowAsync(Shown("f", "b"), default);
            await door.ShowAsync(Shown("l", "c"), default);
            var again = await Assert.ThrowsAsync<SandboxException>(() => door.ShowAsync(Shown("f", "b"), default));
            Assert.Contains("exists", again.Message, StringComparison.Ordinal);
            var missing = new SandboxInput(Name("none", "d"), Path.Combine(directory, "none"));
            await Assert.ThrowsAsync<SandboxException>(() => door.ShowAsync(missing, default));
            await door.ShowAsync(new SandboxInput(Name("end", "f"), Path.Combine(directory, "f")), default);
        }

        SandboxInput Shown(string file, string hash) =>
            Input(file, hash) with
            {
                Source = Path.Combine(directory, file),
            };
    }

    private static SandboxInput Input(string file, string hash) => new(Name($"shown-{file}", hash), "/nowhere");

    private static StorePath Name(string name, string hash) =>
        StorePath.Parse($"{string.Concat(Enumerable.Repeat(hash, 32))}-{name}");
}
