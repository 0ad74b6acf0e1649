using System.Collections.Immutable;
using Farm.Store.Paths;

namespace Farm.Store.References;

/// <summary>Finds which of some store paths a stream of bytes refers to.</summary>
/// <remarks>A reference is the 32 digits of a candidate's hash part, anywhere in the stream, whatever stands around it; nothing but
/// a candidate can be one. Bytes come in pieces of any size. Not for use by two threads at a time.
/// Source: Nix manual, "Store object references"; Nix's <c>libstore/references.cc</c>.</remarks>
public sealed class ReferenceScanner
{
    private const int TailLength = StorePathHash.TextLength - 1;

    private readonly Dictionary<StorePathHash, ImmutableArray<StorePath>> _sought = [];
    private readonly HashFilter _filter;
    private readonly ImmutableSortedSet<StorePath>.Builder _found = ImmutableSortedSet.CreateBuilder<StorePath>();
    private readonly byte[] _tail = new byte[TailLength];
    private int _tailUsed;

    /// <param name="candidates">What may be found; paths with one hash part are found together.</param>
    public ReferenceScanner(IEnumerable<StorePath> candidates)
    {
        foreach (var group in candidates.Distinct().GroupBy(path => path.Hash))
            _sought.Add(group.Key, [.. group]);
        _filter = new HashFilter(_sought.Keys);
    }

    /// <summary>What was found so far.</summary>
    public ImmutableSortedSet<StorePath> Found => _found.ToImmutable();

    /// <summary>Goes on with the next bytes of the stream.</summary>
    public void Feed(ReadOnlySpan<byte> data)
    {
        if (_sought.Count == 0)
            return;
        if (_tailUsed > 0)
        {
            Span<byte> seam = stackalloc byte[TailLength * 2];
            _tail.AsSpan(0, _tailUsed).CopyTo(seam);
            var head = data[..Math.Min(data.Length, TailLength)];
            head.CopyTo(seam[_tailUsed..]);
            Scan(seam[..(_tailUsed + head.Length)]);
        }
        Scan(data);
        KeepTail(data);
    }

    private void KeepTail(ReadOnlySpan<byte> data)
    {
        if (data.Length >= TailLength)
        {
            data[^TailLength..].CopyTo(_tail);
            _tailUsed = TailLength;
            return;
        }
        var kept = Math.Min(_tailUsed, TailLength - data.Length);
        _tail.AsSpan(_tailUsed - kept, kept).CopyTo(_tail);
        data.CopyTo(_tail.AsSpan(kept));
        _tailUsed = kept + data.Length;
    }

    private void Scan(ReadOnlySpan<byte> data)
    {
        var windows = new DigitWindows(data);
        while (windows.MoveNext())
        {
            if (_filter.MayContain(windows.Window))
                Take(windows.Window);
        }
    }

    private void Take(ReadOnlySpan<byte> window)
    {
        if (StorePathHash.TryParse(window, out var hash) && _sought.Remove(hash, out var paths))
            _found.UnionWith(paths);
    }
}
