using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>Runs builds through <c>farm-sandbox</c>, one process of it for each.</summary>
/// <param name="program">Path of the helper; see <see cref="SandboxProgram.Find"/>.</param>
public sealed class SandboxLauncher(string program)
{
    private const int BufferBytes = 64 << 10;

    /// <summary>How long a cancelled helper may take to kill the build before it is killed itself.</summary>
    private static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(10);

    /// <summary>Runs one build to its end.</summary>
    /// <param name="log">Takes the output as it comes; the memory is valid until the task it returns has ended.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing of the build runs any more.</exception>
    /// <exception cref="SandboxException">The helper cannot be run, or broke off.</exception>
    public async Task<SandboxResult> RunAsync(
        SandboxSpec spec,
        Func<ReadOnlyMemory<byte>, ValueTask> log,
        CancellationToken ct
    )
    {
        ct.ThrowIfCancellationRequested();
        var command = SandboxCommand.Encode(spec);
        using var helper = Start();
        try
        {
            return await TalkAsync(helper, command, log, ct).ConfigureAwait(false)
                ?? throw new OperationCanceledException("The build was cancelled.", ct);
        }
        finally
        {
            if (!helper.HasExited)
                await EndAsync(helper).ConfigureAwait(false);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        try
        {
            return Process.Start(start) ?? throw new SandboxException($"'{program}' did not start.");
        }
        catch (Win32Exception failure)
        {
            throw new SandboxException($"'{program}' cannot be started: {failure.Message}", failure);
        }
    }

    /// <returns>Null when the build was cancelled.</returns>
    private static async Task<SandboxResult?> TalkAsync(
        Process helper,
        ReadOnlyMemory<byte> command,
        Func<ReadOnlyMemory<byte>, ValueTask> log,
        CancellationToken ct
    )
    {
        // Closing its standard input tells the helper that nobody wants the build any more.
        await using var cancel = ct.UnsafeRegister(
            static helper => ((Process)helper!).StandardInput.BaseStream.Dispose(),
            helper
        );
        var answer = new StreamReader(helper.StandardError.BaseStream, Encoding.UTF8).ReadToEndAsync(
            CancellationToken.None
        );
        try
        {
            await helper.StandardInput.BaseStream.WriteAsync(command, ct).ConfigureAwait(false);
            await helper.StandardInput.BaseStream.FlushAsync(ct).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // It has ended early, and its answer says why.
        }
        await RelayAsync(helper.StandardOutput.BaseStream, log).ConfigureAwait(false);
        var text = await answer.ConfigureAwait(false);
        await helper.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return ct.IsCancellationRequested ? null : SandboxReport.Read(text);
    }

    private static async Task RelayAsync(Stream output, Func<ReadOnlyMemory<byte>, ValueTask> log)
    {
        var buffer = new byte[BufferBytes];
        int count;
        while ((count = await output.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false)) > 0)
            await log(buffer.AsMemory(0, count)).ConfigureAwait(false);
    }

    private static async Task EndAsync(Process helper)
    {
        await helper.StandardInput.BaseStream.DisposeAsync().ConfigureAwait(false);
        using var grace = new CancellationTokenSource(CancelGrace);
        try
        {
            await helper.WaitForExitAsync(grace.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The build dies with the helper: its first process asked the kernel for that.
            helper.Kill();
            await helper.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }
}
