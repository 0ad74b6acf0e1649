using Microsoft.Win32.SafeHandles;

namespace Farm.Worker.Execution;

/// <summary>Appends to the log of one attempt. Used by one writer at a time.</summary>
public sealed class LogSpoolWriter(string file) : IDisposable
{
    private SafeFileHandle? _handle;

    /// <summary>What was written so far, in bytes.</summary>
    public long LengthBytes { get; private set; }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        _handle ??= File.OpenHandle(
            file,
            FileMode.Create,
            FileAccess.Write,
            FileShare.ReadWrite | FileShare.Delete,
            FileOptions.Asynchronous
        );
        await RandomAccess.WriteAsync(_handle, bytes, LengthBytes, ct).ConfigureAwait(false);
        LengthBytes += bytes.Length;
    }

    public void Dispose() => _handle?.Dispose();
}
