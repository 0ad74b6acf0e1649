using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Store.Paths;
using Farm.Store.Roots;
using Farm.Worker.Builtins;
using Farm.Worker.Execution;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Recursive;

/// <summary>The daemon of one builder, with all that lives as long as it: the socket, the paths that it adds, and what keeps these.</summary>
internal sealed class BuilderDaemon : IAsyncDisposable
{
    private readonly SandboxSpec _spec;
    private readonly StoreHolds _holds;
    private readonly VisiblePaths _visible;
    private readonly BuilderSocket _socket;
    private readonly IAsyncDisposable _serving;
    private bool _isOver;

    private BuilderDaemon(LocalBuildParts parts, PreparedBuild build, SandboxSpec spec)
    {
        var daemon =
            parts.Daemon ?? throw new UnreachableException("a build is planned with a daemon only where there is one");
        var (request, layout) = (build.Request, parts.Store.Layout);
        _spec = spec;
        _holds = new StoreHolds(parts.Store.TempRoots);
        // Without a sandbox the builder sees the store as it is.
        Func<StorePath, CancellationToken, Task> show = spec.IsUnconfined
            ? (_, _) => Task.CompletedTask
            : (path, ct) => Door.ShowAsync(new SandboxInput(path, layout.ToPhysical(path)), ct);
        _visible = new VisiblePaths(build.Inputs, request.Outputs.Select(output => output.Path), _holds, show);
        _socket = BuilderSocket.Listen(spec.ScratchDirectory);
        _serving = daemon.Serve(_socket.Socket, _visible, request.DrvPath, parts);
    }

    /// <summary>Shows in the sandbox what is added.</summary>
    public SandboxDoor Door { get; } = new();

    /// <summary>What the outputs may refer to besides the inputs.</summary>
    public ImmutableSortedSet<StorePath> Added => _visible.Added;

    /// <summary>Begins to serve the builder; null where it gets no daemon.</summary>
    /// <exception cref="SandboxException">The socket cannot be made.</exception>
    public static BuilderDaemon? Begin(LocalBuildParts parts, PreparedBuild build, SandboxSpec spec) =>
        spec.HasNixSocket && !BuiltinBuild.Is(spec) ? new BuilderDaemon(parts, build, spec) : null;

    /// <summary>Ends serving when the builder has ended. What was added is still kept.</summary>
    public async Task EndAsync()
    {
        if (_isOver)
            return;
        _isOver = true;
        await _serving.DisposeAsync().ConfigureAwait(false);
        _socket.Dispose();
        // Nobody is to find it in a directory that is kept. A directory that the builder has put there stays.
        var socket = Path.Combine(_spec.BuildPath, SandboxSpec.NixSocketName);
        if (File.Exists(socket))
            File.Delete(socket);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        _holds.Dispose();
        _visible.Dispose();
        Door.Dispose();
    }
}
