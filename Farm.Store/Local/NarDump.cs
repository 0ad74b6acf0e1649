using System.Text;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Writes a tree of files as a NAR.</summary>
public static class NarDump
{
    /// <param name="path">The root of the tree; a symbolic link is dumped as such.</param>
    /// <param name="destination">Where the archive goes.</param>
    /// <param name="ct">Stops in the middle.</param>
    /// <exception cref="StoreException.UnsupportedFile">The tree contains a device, socket or pipe.</exception>
    public static async Task WriteAsync(string path, Stream destination, CancellationToken ct)
    {
        using var buffer = new NarBuffer();
        await Task.Yield();
        using var dumper = new NarDumper(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(path), path, buffer);
        do
        {
            ct.ThrowIfCancellationRequested();
            dumper.Fill();
            await destination.WriteAsync(buffer.Swap(), ct).ConfigureAwait(false);
        } while (!dumper.IsComplete);
    }
}
