using Farm.Store.Streams;

namespace Farm.Cli.Commands.Stores.Dependencies;

/// <summary>Takes a file's bytes as they come and notes where each of some texts is first, with the bytes around it.</summary>
/// <remarks>Memory is bounded by the largest piece written, not by the file.</remarks>
internal sealed class FirstPlaces(byte[][] texts, int margin) : OneWayStream
{
    private readonly Place?[] _places = new Place?[texts.Length];
    private readonly int _longest = texts.Select(text => text.Length).DefaultIfEmpty(0).Max();
    private byte[] _kept = [];
    private long _keptAt;

    /// <summary>A text's first place.</summary>
    /// <param name="Index">Which text.</param>
    /// <param name="Offset">In bytes from the start of the file.</param>
    /// <param name="Around">The text with as many bytes before and after it as are wanted and there.</param>
    public sealed record Place(int Index, long Offset, byte[] Around);

    public override bool CanWrite => true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        byte[] window = [.. _kept, .. buffer];
        Search(window, isEnd: false);
        // A text that begins here may lack its end, or what follows it; what is before it may be shown.
        var keep = Math.Min(window.Length, (2 * margin) + _longest);
        _keptAt += window.Length - keep;
        _kept = window[^keep..];
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the file: the places that were found, in the order of the texts.</summary>
    public IReadOnlyList<Place> Finish()
    {
        Search(_kept, isEnd: true);
        return [.. _places.OfType<Place>()];
    }

    private void Search(byte[] window, bool isEnd)
    {
        for (var i = 0; i < texts.Length; i++)
        {
            if (_places[i] is not null || window.AsSpan().IndexOf(texts[i]) is not (>= 0 and var at))
            {
                continue;
            }
            var end = at + texts[i].Length + margin;
            if (end <= window.Length || isEnd)
            {
                var around = window[Math.Max(0, at - margin)..Math.Min(end, window.Length)];
                _places[i] = new Place(i, _keptAt + at, around);
            }
        }
    }
}
