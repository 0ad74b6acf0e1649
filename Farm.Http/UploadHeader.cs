using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Farm.Http.Caches;
using Farm.Store;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Http;

/// <summary>What precedes the NAR in an upload: the path's narinfo and an empty line.</summary>
public static class UploadHeader
{
    /// <summary>Longest header in bytes: 10,000 references are 2.5 MB at most.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private static readonly byte[] End = "\n\n"u8.ToArray();

    public static byte[] Print(StoreDir storeDir, PathInfo info)
    {
        var narInfo = new NarInfo
        {
            Info = info,
            Url = $"nar/{NarFileName.Of(info)}",
            Compression = "none",
        };
        return Encoding.UTF8.GetBytes(NarInfoPrinter.Print(storeDir, narInfo) + "\n");
    }

    /// <summary>Reads the header and leaves the reader at the first byte of the NAR.</summary>
    /// <exception cref="NixFormatException">The header is malformed, too long, or not ended.</exception>
    public static async Task<PathInfo> ReadAsync(StoreDir storeDir, PipeReader reader, CancellationToken ct)
    {
        while (true)
        {
            var read = await reader.ReadAsync(ct).ConfigureAwait(false);
            if (Find(read.Buffer) is { } length)
            {
                var text = read.Buffer.Slice(0, length - 1).ToArray();
                reader.AdvanceTo(read.Buffer.GetPosition(length));
                return NarInfoParser.Parse(storeDir, text).Info;
            }

            if (read.Buffer.Length > MaxBytes)
                throw new NixFormatException($"the header of an upload is longer than {MaxBytes} bytes", MaxBytes);
            if (read.IsCompleted)
                throw new NixFormatException(
                    "the header of an upload is not ended by an empty line",
                    read.Buffer.Length
                );
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static long? Find(ReadOnlySequence<byte> buffer)
    {
        var sequence = new SequenceReader<byte>(buffer);
        return sequence.TryReadTo(out ReadOnlySequence<byte> _, End, advancePastDelimiter: true)
            ? sequence.Consumed
            : null;
    }
}
