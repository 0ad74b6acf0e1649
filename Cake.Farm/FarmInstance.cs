using System.Diagnostics;
using Cake.Farm.Native;
using Cake.Farm.Running;

namespace Cake.Farm;

/// <summary>A farm that <c>FarmUp</c> has started; it ends when this is disposed of, and with the script.</summary>
public sealed class FarmInstance : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Queue<string> _last = [];
    private readonly Action<string> _tell;
    private bool _isDisposed;

    private FarmInstance(Process process, FarmUpSettings settings, Action<string> tell)
    {
        (_process, _tell, Address) = (process, tell, $"http://{settings.Listen}");
        _process.StandardInput.Close();
        Ended = Task.WhenAll(FollowAsync(process.StandardOutput), FollowAsync(process.StandardError));
        AppDomain.CurrentDomain.ProcessExit += EndWithScript;
    }

    /// <summary>The coordinator's address, for the settings of other calls.</summary>
    public string Address { get; }

    /// <summary>Completes when the farm has ended.</summary>
    internal Task Ended { get; }

    /// <summary>What it said last.</summary>
    internal string Sentence
    {
        get
        {
            lock (_last)
            {
                return _last.Count == 0 ? "it said nothing." : string.Join(' ', _last);
            }
        }
    }

    /// <summary>Ends the farm in order and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }
        _isDisposed = true;
        AppDomain.CurrentDomain.ProcessExit -= EndWithScript;
        Signals.End(_process);
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => ScriptWait.For(DisposeAsync().AsTask());

    internal static FarmInstance Start(FarmProgram program, FarmUpSettings settings, Action<string> tell) =>
        new(program.Start(FarmArguments.Up(settings)), settings, tell);

    private void EndWithScript(object? sender, EventArgs arguments) => Signals.End(_process);

    private async Task FollowAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
        {
            lock (_last)
            {
                _last.Enqueue(line);
                if (_last.Count > 5)
                {
                    _last.Dequeue();
                }
            }
            _tell(line);
        }
    }
}
