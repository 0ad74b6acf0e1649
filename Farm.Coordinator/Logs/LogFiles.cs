using Farm.Protocol;

namespace Farm.Coordinator.Logs;

/// <summary>Logs of attempts as files: <c>&lt;folder&gt;/&lt;last 2 characters of the id&gt;/&lt;id&gt;.log</c>, raw bytes as the builder wrote them.</summary>
/// <remarks>Written by one actor, read by many.</remarks>
public sealed class LogFiles(string folder)
{
    /// <summary>Bytes stored so far; 0 when there is no log.</summary>
    public long Length(AttemptId attempt)
    {
        var file = new FileInfo(FileOf(attempt));
        return file.Exists ? file.Length : 0;
    }

    /// <summary>Appends the part that is not stored yet. A piece that leaves a gap is not stored.</summary>
    /// <param name="offset">Position of the piece's first byte in the log.</param>
    /// <returns>Bytes stored afterwards.</returns>
    public async Task<long> AppendAsync(
        AttemptId attempt,
        long offset,
        ReadOnlyMemory<byte> piece,
        CancellationToken ct
    )
    {
        var path = FileOf(attempt);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // a file in a folder of ours
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        var length = RandomAccess.GetLength(file);
        if (offset > length || offset + piece.Length <= length)
        {
            return length;
        }

        await RandomAccess.WriteAsync(file, piece[(int)(length - offset)..], length, ct).ConfigureAwait(false);
        return offset + piece.Length;
    }

    /// <summary>Copies what is stored from an offset on.</summary>
    /// <returns>The offset behind the last byte copied.</returns>
    public async Task<long> CopyAsync(AttemptId attempt, long offset, Stream destination, CancellationToken ct)
    {
        var path = FileOf(attempt);
        if (!File.Exists(path))
        {
            return offset;
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 64 * 1024, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            if (offset >= file.Length)
            {
                return offset;
            }

            file.Position = offset;
            await file.CopyToAsync(destination, ct).ConfigureAwait(false);
            return file.Position;
        }
    }

    /// <summary>What is stored, from the beginning; null when there is no log.</summary>
    public Stream? TryOpen(AttemptId attempt)
    {
        var path = FileOf(attempt);
        return File.Exists(path)
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 64 * 1024, useAsync: true)
            : null;
    }

    private string FileOf(AttemptId attempt)
    {
        var name = attempt.ToString();
        return Path.Combine(folder, name[^2..], name + ".log");
    }
}
