using System.Diagnostics;

namespace Farm.Cli.Nodes;

/// <summary>A running node: a child process that ends when its standard input is closed.</summary>
/// <remarks>The system closes that pipe when this process dies, however it dies, so no node outlives its farm.</remarks>
public sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan LastLines = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly Task _output;

    private NodeProcess(Process process, Task output) => (_process, _output) = (process, output);

    public int Id => _process.Id;

    /// <param name="plan">What to start.</param>
    /// <param name="line">Called for each line of its output, from two readers at once.</param>
    /// <exception cref="CommandException">The program cannot be started.</exception>
    public static NodeProcess Start(NodePlan plan, Action<string> line)
    {
        var start = new ProcessStartInfo(plan.Program, plan.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            var process = Process.Start(start) ?? throw new UnreachableException("a new process was asked for");
            return new NodeProcess(
                process,
                Task.WhenAll(PumpAsync(process.StandardOutput, line), PumpAsync(process.StandardError, line))
            );
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new CommandException(
                $"The program '{plan.Program}' of {plan.Name} cannot be started: {error.Message}.",
                error
            );
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code; 128 + the signal's number when a signal ended it.</returns>
    public async Task<int> WaitAsync(CancellationToken ct)
    {
        await _process.WaitForExitAsync(ct).ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop, and kills it with all its children when that takes too long.</summary>
    /// <returns>False when it had to be killed.</returns>
    public async Task<bool> StopAsync(TimeSpan patience, TimeProvider clock, CancellationToken atOnce)
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It closed its end before us, which is how a process that just died looks.
        }
        using var timer = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, atOnce);
        try
        {
            await _process.WaitForExitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
        try
        {
            await _output.WaitAsync(LastLines).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Something that it started still holds the pipe; whatever that says is no line of the node's.
        }
        _process.Dispose();
    }

    private static async Task PumpAsync(StreamReader reader, Action<string> line)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } text)
        {
            line(text);
        }
    }
}
