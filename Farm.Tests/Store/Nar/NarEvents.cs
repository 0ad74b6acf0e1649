using System.Buffers;
using Farm.Store.Nar;

namespace Farm.Tests.Store.Nar;

/// <summary>Reads an archive to its end and writes it again from its events.</summary>
internal static class NarEvents
{
    public static async Task<byte[]> RewriteAsync(Stream nar, NarReadAhead readAhead, NarTap? tap = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new NarWriter(output);
        using var reader = new NarReader(nar, readAhead, tap);
        while (await reader.ReadAsync(CancellationToken.None) is { } step)
        {
            switch (step)
            {
                case NarEvent.Directory directory:
                    writer.BeginDirectory(directory.Name.Span);
                    break;
                case NarEvent.DirectoryEnd:
                    writer.EndDirectory();
                    break;
                case NarEvent.Symlink link:
                    writer.WriteSymlink(link.Name.Span, link.Target.Span);
                    break;
                case NarEvent.Regular file:
                    writer.BeginRegular(file.Name.Span, file.IsExecutable, file.SizeBytes);
                    while (await reader.ReadContentsAsync(CancellationToken.None) is { Length: > 0 } piece)
                        writer.WriteContents(piece.Span);
                    writer.EndRegular();
                    break;
                default:
                    Assert.Fail("an event of a kind unknown");
                    break;
            }
        }
        Assert.True(writer.IsComplete);
        return output.WrittenSpan.ToArray();
    }
}
