using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.References;

/// <summary>Walks over the places in some bytes where 32 nix32 digits stand together.</summary>
/// <remarks>Each window is looked at from its end: a byte that is no digit rules out every window that has it, so the walk goes
/// on behind it. Most bytes of most data are never looked at.</remarks>
internal ref struct DigitWindows(ReadOnlySpan<byte> data)
{
    private const int Length = StorePathHash.TextLength;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _next;

    /// <summary>How many bytes from <see cref="_next"/> on are known to be digits.</summary>
    private int _known;

    /// <summary>Where the window begins.</summary>
    public int At { get; private set; }

    public readonly ReadOnlySpan<byte> Window => _data.Slice(At, Length);

    /// <summary>Goes to the next window, which may overlap the last.</summary>
    public bool MoveNext()
    {
        var values = NixBase32.ValueTable;
        var start = _next;
        var known = _known;
        while (start + Length <= _data.Length)
        {
            var window = _data.Slice(start, Length);
            var at = Length - 1;
            while (at >= known && values[window[at]] < Length)
                at--;
            if (at < known)
            {
                At = start;
                _next = start + 1;
                _known = Length - 1;
                return true;
            }
            start += at + 1;
            known = Length - 1 - at;
        }
        _next = start;
        _known = 0;
        return false;
    }

    /// <summary>Goes on behind the present window, so that nothing overlaps it.</summary>
    public void SkipWindow()
    {
        _next = At + Length;
        _known = 0;
    }
}
