using System.Diagnostics;
using System.Text;
using Farm.Protocol;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Hashing;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Builtins;

/// <summary>Runs a build whose builder is part of the worker: <c>builtin:fetchurl</c>, <c>builtin:buildenv</c> and
/// <c>builtin:unpack-channel</c>.</summary>
/// <remarks>It runs in the worker, on what the sandbox would have shown, and writes to the scratch directory only; see decision 0006.
/// Source: Nix's <c>libstore/builtins</c>.</remarks>
internal sealed class BuiltinBuild(SandboxSpec spec, FileDownloads? downloads)
{
    private const string Prefix = "builtin:";
    private long _logBytes;

    public static bool Is(SandboxSpec spec) => Is(spec.Builder);

    public static bool Is(BuildRequest request) => Is(request.Builder);

    private static bool Is(ByteString builder) => builder.Span.StartsWith("builtin:"u8);

    /// <param name="log">Takes the output as it comes.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<SandboxResult> RunAsync(Func<ReadOnlyMemory<byte>, ValueTask> log, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        Directory.CreateDirectory(Path.Combine(spec.ScratchDirectory, SandboxSpec.OutputDirectoryName));
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (spec.Timeout is { } timeout)
            limited.CancelAfter(timeout);
        try
        {
            var context = new BuiltinContext(
                spec,
                new InputFiles(spec),
                spec.KeepsNetwork ? downloads : null,
                line => LogAsync(log, line)
            );
            await RunAsync(context, limited.Token).ConfigureAwait(false);
            CloseToOthers(context.OutputFile);
            return new SandboxResult.Exited(0, Usage(began));
        }
        catch (Exception failure)
            when (failure is BuiltinException or NixFormatException or StoreException or InvalidDataException)
        {
            await LogAsync(log, $"error: {failure.Message}").ConfigureAwait(false);
            return new SandboxResult.Exited(1, Usage(began));
        }
        catch (OperationCanceledException) when (limited.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return new SandboxResult.TimedOut(Usage(began));
        }
    }

    private Task RunAsync(BuiltinContext context, CancellationToken ct) =>
        spec.Builder.ToString() switch
        {
            Prefix + "fetchurl" => FetchUrl.RunAsync(context, ct),
            Prefix + "buildenv" => BuildEnv.RunAsync(context, ct),
            Prefix + "unpack-channel" => UnpackChannel.RunAsync(context, ct),
            var other => throw new BuiltinException($"unsupported builtin builder '{other[Prefix.Length..]}'"),
        };

    /// <summary>As a builder's mask would have it, whatever the worker's own is.</summary>
    private static void CloseToOthers(string output)
    {
        if (new FileInfo(output).LinkTarget is null)
            File.SetUnixFileMode(
                output,
                File.GetUnixFileMode(output) & ~(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)
            );
    }

    private async ValueTask LogAsync(Func<ReadOnlyMemory<byte>, ValueTask> log, string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        _logBytes += bytes.Length;
        await log(bytes).ConfigureAwait(false);
    }

    /// <summary>Its processor time is the worker's, and not counted apart.</summary>
    private SandboxUsage Usage(long began) =>
        new(TimeSpan.Zero, TimeSpan.Zero, 0, Stopwatch.GetElapsedTime(began), _logBytes, 0);
}
