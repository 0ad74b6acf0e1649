using System.Buffers;
using Farm.Store;
using Farm.Store.Nar;

namespace Farm.Fuzz.Targets;

/// <summary>What reading an archive came to: what was written again from its events, and the refusal.</summary>
/// <param name="written">Up to the refusal, where there is one.</param>
/// <param name="refusal">The message; null where the archive is fine.</param>
internal sealed class NarOutcome(byte[] written, string? refusal) : IEquatable<NarOutcome>
{
    public byte[] Written { get; } = written;
    public string? Refusal { get; } = refusal;

    public static async Task<NarOutcome> OfAsync(Stream input, NarReadAhead readAhead)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new NarWriter(output);
        using var reader = new NarReader(input, readAhead);
        try
        {
            while (await reader.ReadAsync(CancellationToken.None) is { } step)
                await WriteAsync(writer, reader, step);
        }
        catch (NixFormatException refusal)
        {
            return new NarOutcome(output.WrittenSpan.ToArray(), refusal.Message);
        }
        return new NarOutcome(output.WrittenSpan.ToArray(), null);
    }

    public bool Equals(NarOutcome? other) =>
        other is not null && Refusal == other.Refusal && Written.AsSpan().SequenceEqual(other.Written);

    public override bool Equals(object? obj) => Equals(obj as NarOutcome);

    public override int GetHashCode() => HashCode.Combine(Written.Length, Refusal);

    private static async Task WriteAsync(NarWriter writer, NarReader reader, NarEvent step)
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
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
