using Farm.Worker.Core;

namespace Farm.Worker.Execution;

/// <summary>The logs of a worker's attempts on its own disk, one file each, until the coordinator has them.</summary>
/// <remarks>Shape: raw bytes as the builder wrote them. A log that is empty has no file.</remarks>
public sealed class LogSpool
{
    private readonly string _directory;

    private LogSpool(string directory) => _directory = directory;

    /// <summary>Opens the spool, and removes what an earlier life of the worker has left in it.</summary>
    public static LogSpool Open(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var leftover in Directory.EnumerateFiles(directory))
            File.Delete(leftover);
        return new LogSpool(directory);
    }

    /// <summary>A writer for the log of an attempt, which makes the file with the first byte.</summary>
    public LogSpoolWriter Write(AttemptKey key) => new(FileOf(key));

    /// <summary>Reads a piece that is known to be written.</summary>
    /// <returns>Null when the log was removed meanwhile.</returns>
    /// <exception cref="EndOfStreamException">The log is shorter.</exception>
    public async Task<byte[]?> ReadAsync(AttemptKey key, long offset, int count, CancellationToken ct)
    {
        try
        {
            using var file = File.OpenHandle(
                FileOf(key),
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                FileOptions.Asynchronous
            );
            var bytes = new byte[count];
            for (var read = 0; read < count; )
            {
                var more = await RandomAccess
                    .ReadAsync(file, bytes.AsMemory(read), offset + read, ct)
                    .ConfigureAwait(false);
                if (more == 0)
                    throw new EndOfStreamException($"the log of {key} ends before byte {offset + count}");
                read += more;
            }

            return bytes;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Removes the log of an attempt; one that has none is no error.</summary>
    public void Delete(AttemptKey key) => File.Delete(FileOf(key));

    private string FileOf(AttemptKey key) => Path.Combine(_directory, $"{key}.log");
}
