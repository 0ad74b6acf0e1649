using System.Buffers;
using Farm.Store.Paths;

namespace Farm.Store.References;

/// <summary>Replaces hash parts of store paths in a stream of bytes by others, from left to right, without overlap.</summary>
/// <remarks>The stream keeps its length. Bytes come in pieces of any size and leave up to 31 bytes later; call <see cref="Finish"/>
/// at the end. Not for use by two threads at a time. Source: Nix's <c>RewritingSink</c>.</remarks>
public sealed class HashRewriter
{
    private const int Length = StorePathHash.TextLength;

    private readonly Dictionary<StorePathHash, byte[]> _rewrites;
    private readonly HashFilter _filter;
    private readonly List<long> _offsets = [];
    private readonly byte[] _carry = new byte[Length - 1];
    private int _carried;
    private long _written;

    /// <param name="rewrites">From each hash part to the one that takes its place.</param>
    public HashRewriter(IEnumerable<KeyValuePair<StorePathHash, StorePathHash>> rewrites)
        : this(rewrites.ToDictionary(rewrite => rewrite.Key, rewrite => Text(rewrite.Value))) { }

    private HashRewriter(Dictionary<StorePathHash, byte[]> rewrites) =>
        (_rewrites, _filter) = (rewrites, new HashFilter(rewrites.Keys));

    /// <summary>Where replacements begin, counted in bytes from the start of the stream, ascending.</summary>
    public IReadOnlyList<long> Offsets => _offsets;

    /// <summary>Puts 32 NUL bytes in place of one hash part.</summary>
    public static HashRewriter Blanking(StorePathHash hash) =>
        new(new Dictionary<StorePathHash, byte[]> { [hash] = new byte[Length] });

    /// <summary>Takes the next bytes of the stream and writes as many as are decided.</summary>
    public void Feed(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        var total = _carried + data.Length;
        var buffer = output.GetSpan(total)[..total];
        _carry.AsSpan(0, _carried).CopyTo(buffer);
        data.CopyTo(buffer[_carried..]);
        var decided = Math.Max(Rewrite(buffer), total - _carry.Length);
        buffer[decided..].CopyTo(_carry);
        _carried = total - decided;
        _written += decided;
        output.Advance(decided);
    }

    /// <summary>Writes what is left at the end of the stream.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        output.Write(_carry.AsSpan(0, _carried));
        _written += _carried;
        _carried = 0;
    }

    /// <summary>Replaces in place; returns the end of the last replacement, or 0.</summary>
    private int Rewrite(Span<byte> buffer)
    {
        var end = 0;
        var windows = new DigitWindows(buffer);
        while (windows.MoveNext())
        {
            if (!_filter.MayContain(windows.Window) || !StorePathHash.TryParse(windows.Window, out var hash))
                continue;
            if (!_rewrites.TryGetValue(hash, out var replacement))
                continue;
            replacement.CopyTo(buffer[windows.At..]);
            _offsets.Add(_written + windows.At);
            end = windows.At + Length;
            windows.SkipWindow();
        }
        return end;
    }

    private static byte[] Text(StorePathHash hash)
    {
        var text = new byte[Length];
        hash.Print(text);
        return text;
    }
}
