using System.IO.Pipelines;
using System.Text;
using Farm.Store.Nar;

namespace Farm.Cli.Building;

/// <summary>Writes files of a foreign store as a NAR. What it sends is verified by whoever takes it.</summary>
internal sealed class TreeArchive
{
    private const int FlushBytes = 256 * 1024;

    private readonly PipeWriter _output;
    private readonly NarWriter _writer;
    private readonly byte[] _buffer = new byte[FlushBytes];

    private TreeArchive(PipeWriter output) => (_output, _writer) = (output, new NarWriter(output));

    /// <exception cref="IOException">A file cannot be read, or changes while it is.</exception>
    public static async Task WriteAsync(string path, Stream destination, CancellationToken ct)
    {
        var output = PipeWriter.Create(destination, new StreamPipeWriterOptions(leaveOpen: true));
        await new TreeArchive(output).WriteNodeAsync(path, [], ct).ConfigureAwait(false);
        await output.CompleteAsync().ConfigureAwait(false);
    }

    private async Task WriteNodeAsync(string path, byte[] name, CancellationToken ct)
    {
        var attributes = File.GetAttributes(path);
        if (attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            var target = new FileInfo(path).LinkTarget ?? throw new IOException($"The link '{path}' cannot be read.");
            _writer.WriteSymlink(name, Encoding.UTF8.GetBytes(target));
        }
        else if (attributes.HasFlag(FileAttributes.Directory))
        {
            _writer.BeginDirectory(name);
            foreach (var (entry, bytes) in Entries(path))
            {
                await WriteNodeAsync(entry, bytes, ct).ConfigureAwait(false);
            }
            _writer.EndDirectory();
        }
        else
        {
            await WriteFileAsync(path, name, ct).ConfigureAwait(false);
        }
        await _output.FlushAsync(ct).ConfigureAwait(false);
    }

    private async Task WriteFileAsync(string path, byte[] name, CancellationToken ct)
    {
        var isExecutable = File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute);
        using var file = File.OpenHandle(path, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        var size = RandomAccess.GetLength(file);
        _writer.BeginRegular(name, isExecutable, size);
        for (long at = 0; at < size; )
        {
            var part = _buffer.AsMemory(0, (int)Math.Min(_buffer.Length, size - at));
            var read = await RandomAccess.ReadAsync(file, part, at, ct).ConfigureAwait(false);
            if (read == 0)
            {
                throw new IOException($"The file '{path}' became shorter while it was read; try again.");
            }
            _writer.WriteContents(part.Span[..read]);
            await _output.FlushAsync(ct).ConfigureAwait(false);
            at += read;
        }
        _writer.EndRegular();
    }

    /// <summary>Entries in the byte order of their names, which is not the order of UTF-16.</summary>
    private static IEnumerable<(string Path, byte[] Name)> Entries(string directory) =>
        Directory
            .EnumerateFileSystemEntries(directory)
            .Select(entry => (Path: entry, Name: Encoding.UTF8.GetBytes(Path.GetFileName(entry))))
            .OrderBy(
                entry => entry.Name,
                Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right))
            );
}
