using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>Runs builds through <c>farm-sandbox</c>, which is started at the first build, stays, and makes a process for each.</summary>
/// <remarks>Disposing ends the helper, and with it every build that still runs; so does the end of this process. A helper
/// that has died is started again for the next build; its own builds fail with a <see cref="SandboxException"/>.</remarks>
/// <param name="program">Path of the helper; see <see cref="SandboxProgram.Find"/>.</param>
public sealed class SandboxLauncher(string program) : IDisposable
{
    private const int MostAttempts = 4;

    private readonly Lock _gate = new();
    private HelperProcess? _helper;
    private bool _isDisposed;

    /// <summary>Where builds run.</summary>
    public BuildDirectories Directories { get; } = new();

    /// <inheritdoc cref="RunAsync(SandboxSpec, Func{ReadOnlyMemory{byte}, ValueTask}, SandboxDoor, CancellationToken)"/>
    public Task<SandboxResult> RunAsync(
        SandboxSpec spec,
        Func<ReadOnlyMemory<byte>, ValueTask> log,
        CancellationToken ct
    ) => RunAsync(spec, log, door: null, ct);

    /// <summary>Runs one build to its end.</summary>
    /// <param name="log">Takes the output as it comes; the memory is valid until the task it returns has ended.</param>
    /// <param name="door">Is open while the builder runs; null where nothing comes in later.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing of the build runs any more.</exception>
    /// <exception cref="SandboxException">The helper cannot be run, or broke off.</exception>
    public async Task<SandboxResult> RunAsync(
        SandboxSpec spec,
        Func<ReadOnlyMemory<byte>, ValueTask> log,
        SandboxDoor? door,
        CancellationToken ct
    )
    {
        ct.ThrowIfCancellationRequested();
        var command = SandboxCommand.Encode(spec);
        await using var connection = await OpenAsync(command, ct).ConfigureAwait(false);
        return await connection.RunAsync(log, door, ct).ConfigureAwait(false)
            ?? throw new OperationCanceledException("The build was cancelled.", ct);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _helper?.Dispose();
            _helper = null;
        }
        Directories.Dispose();
    }

    private async Task<SandboxConnection> OpenAsync(ReadOnlyMemory<byte> command, CancellationToken ct)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var helper = Running();
            // A connection that is closed at once is no reason to end the helper, whose other builds go on.
            if (helper.TryConnect() is not { } socket)
                Forget(helper);
            else if (await SandboxConnection.TryOpenAsync(socket, command, ct).ConfigureAwait(false) is { } connection)
                return connection;
        }
        throw new SandboxException(
            $"'{program}' makes no process for a build: it is no sandbox helper of this version, or the host's limit of processes is reached."
        );
    }

    private HelperProcess Running()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _helper ??= HelperProcess.Start(program);
        }
    }

    private void Forget(HelperProcess helper)
    {
        lock (_gate)
        {
            if (_helper != helper)
                return; // Another build has seen it first.
            helper.Dispose();
            _helper = null;
        }
    }
}
