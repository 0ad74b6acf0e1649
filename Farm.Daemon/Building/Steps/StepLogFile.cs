using Farm.Store.Compressing;
using Farm.Store.Paths;

namespace Farm.Daemon.Building.Steps;

/// <summary>The log of one build as a file where Nix keeps it.</summary>
/// <remarks>Shape: <c>LOGDIR/drvs/ab/cd…-name.drv.bz2</c>, the derivation's name cut after two characters; without compression no
/// ending. A short log is written when it ends, in one piece; a long one as it grows. Source: Nix's <c>openLogFile</c>.</remarks>
internal sealed class StepLogFile(string logDir, StorePath drvPath, bool isCompressed) : IAsyncDisposable
{
    private const int MaxHeldBytes = 64 << 10;

    /// <summary>What bzip2 makes of nothing.</summary>
    private static readonly byte[] Nothing = [.. "BZh9"u8, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0];

    private readonly MemoryStream _held = new();

    /// <summary>Made while the builder begins: a file system may take its time for a new file.</summary>
    private readonly Task<FileStream> _file = Task.Run(() => Create(logDir, drvPath, isCompressed));

    /// <summary>Takes what is written once that is more than is held; null before.</summary>
    private Stream? _compressing;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (_compressing is null && _held.Length + bytes.Length <= MaxHeldBytes)
        {
            _held.Write(bytes.Span);
            return;
        }
        if (_compressing is null)
        {
            var file = await _file.ConfigureAwait(false);
            _compressing = isCompressed ? NarCompression.Bzip2.Compress(file, level: null, threads: 1) : file;
            await WriteHeldAsync(ct).ConfigureAwait(false);
        }
        await _compressing.WriteAsync(bytes, ct).ConfigureAwait(false);
    }

    /// <summary>Forgets what was written: another log follows.</summary>
    public async ValueTask RestartAsync()
    {
        _held.SetLength(0);
        if (_compressing is null)
            return;
        if (isCompressed)
            await _compressing.DisposeAsync().ConfigureAwait(false);
        _compressing = null;
        var file = await _file.ConfigureAwait(false);
        file.SetLength(0);
        file.Position = 0;
    }

    public async ValueTask DisposeAsync()
    {
        await using var file = await _file.ConfigureAwait(false);
        if (_held.Length == 0 && _compressing is null)
        {
            if (isCompressed)
                await file.WriteAsync(Nothing).ConfigureAwait(false);
            return;
        }
        // A short log needs the smallest blocks only, which cost the least to begin.
        _compressing ??= isCompressed ? NarCompression.Bzip2.Compress(file, level: 1, threads: 1) : file;
        await WriteHeldAsync(CancellationToken.None).ConfigureAwait(false);
        if (isCompressed)
            await _compressing.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask WriteHeldAsync(CancellationToken ct)
    {
        await _compressing!.WriteAsync(_held.GetBuffer().AsMemory(0, (int)_held.Length), ct).ConfigureAwait(false); // made before
        _held.SetLength(0);
    }

    private static FileStream Create(string logDir, StorePath drvPath, bool isCompressed)
    {
        var name = drvPath.ToString();
        var directory = $"{logDir}/drvs/{name[..2]}";
        Directory.CreateDirectory(directory);
        var file = new FileStream(
            $"{directory}/{name[2..]}{(isCompressed ? ".bz2" : "")}",
            new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
            }
        );
        // ext4 writes a file that was ever cut to disk at once when it is closed: a new one need not be cut.
        if (file.Length > 0)
            file.SetLength(0);
        return file;
    }
}
