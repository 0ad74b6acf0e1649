using System.Diagnostics;

namespace Farm.Tests.EndToEnd.Processes;

/// <summary>One process of the program, with what it has said so far. Disposing kills it.</summary>
internal sealed class ProgramRun : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Deadline _deadline;
    private readonly Lines _out = new();
    private readonly Lines _error = new();

    private ProgramRun(ProcessStartInfo start, Deadline deadline)
    {
        _deadline = deadline;
        CommandLine = string.Join(' ', start.ArgumentList);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _out.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => _error.Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string CommandLine { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Lines on standard output so far.</summary>
    public IReadOnlyList<string> Out => _out.All();

    /// <summary>Lines on standard error so far.</summary>
    public IReadOnlyList<string> Error => _error.All();

    /// <summary>All that it said, for the message of a failed test.</summary>
    public string Told =>
        $"--- farm {CommandLine}\n{string.Join('\n', Out.TakeLast(40))}\n--- standard error\n{string.Join('\n', Error.TakeLast(80))}\n";

    /// <param name="directory">Its home and working directory.</param>
    /// <param name="coordinator">Which coordinator client verbs talk to.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="arguments">The verb and what it is given.</param>
    /// <param name="variables">More of its environment.</param>
    public static ProgramRun Start(
        string directory,
        Uri coordinator,
        Deadline deadline,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string>? variables = null
    )
    {
        var start = ProgramUnderTest.Start(directory, arguments);
        start.Environment["FARM_COORDINATOR"] = coordinator.ToString();
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new ProgramRun(start, deadline);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code; 128 + the signal's number when a signal ended it.</returns>
    public async Task<int> EndAsync()
    {
        await _deadline.UntilAsync(() => HasExited, $"'farm {CommandLine}' ended", () => Told);
        await _process.WaitForExitAsync(_deadline.Token); // to the end of its output
        return _process.ExitCode;
    }

    public Task InterruptAsync() => SignalAsync("INT");

    public Task TerminateAsync() => SignalAsync("TERM");

    /// <summary>SIGKILL, and waits until it is gone. Its children are not killed: they are to notice.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(_deadline.Token);
        Assert.Equal(0, kill.ExitCode);
    }

    private sealed class Lines
    {
        private readonly List<string> _lines = [];

        public void Add(string? line)
        {
            lock (_lines)
            {
                if (line is not null)
                    _lines.Add(line);
            }
        }

        public IReadOnlyList<string> All()
        {
            lock (_lines)
                return [.. _lines];
        }
    }
}
