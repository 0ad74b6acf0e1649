using Farm.Store.Hashing;

namespace Farm.Store.Nar;

/// <summary>Where a reader stands in the grammar, and the step from one event to the next.</summary>
/// <remarks>A step happens whole or not at all, so it can be tried again with more bytes.</remarks>
internal sealed class NarGrammar
{
    private enum Place
    {
        Start,
        InDirectory,
        AfterContents,
        End,
    }

    private readonly Stack<byte[]> _previousNames = new();
    private Place _place = Place.Start;
    private int _contentsPadding;

    /// <summary>Whether the root's closing parenthesis has been read.</summary>
    public bool IsAtEnd => _place == Place.End;

    /// <summary>Steps to the next event; <paramref name="next"/> is null at the end of the archive.</summary>
    /// <returns>False where more bytes are needed; then nothing has changed.</returns>
    public bool TryStep(ref NarCursor cursor, out NarEvent? next)
    {
        next = null;
        switch (_place)
        {
            case Place.Start:
                return cursor.TryExpect(NarTokens.Magic) && TryNode(ref cursor, default, out next);
            case Place.AfterContents:
                if (!cursor.TryPadding(_contentsPadding) || !TryCloseNode(ref cursor))
                    return false;
                if (_previousNames.Count > 0)
                    return TryDirectory(ref cursor, out next);
                _place = Place.End;
                return true;
            case Place.InDirectory:
                return TryDirectory(ref cursor, out next);
            default:
                return true;
        }
    }

    private bool TryDirectory(ref NarCursor cursor, out NarEvent? next)
    {
        next = null;
        var at = cursor.Offset;
        if (!cursor.TryString(NarLimits.KeywordBytes, "a keyword", out var word))
            return false;
        if (word.SequenceEqual(NarTokens.Close))
            return TryEndDirectory(ref cursor, out next);
        if (!word.SequenceEqual(NarTokens.Entry))
            throw new NixFormatException($"NAR: expected 'entry' or ')', found '{NarName.Show(word)}'", at);
        if (!cursor.TryExpect(NarTokens.Open) || !cursor.TryExpect(NarTokens.Name))
            return false;
        at = cursor.Offset;
        if (!cursor.TryString(NarLimits.NameBytes, "an entry's name", out var name))
            return false;
        if (NarName.NameFault(name) is { } fault)
            throw new NixFormatException($"NAR: the entry name '{NarName.Show(name)}' {fault}", at);
        var previous = _previousNames.Peek();
        if (name.SequenceCompareTo(previous) <= 0)
            throw new NixFormatException(
                $"NAR: entry '{NarName.Show(name)}' does not come after '{NarName.Show(previous)}' in byte order",
                at
            );
        if (!cursor.TryExpect(NarTokens.Node))
            return false;
        if (_previousNames.Count >= NarLimits.Depth)
            throw new NixFormatException($"NAR: directories are nested {NarLimits.Depth} levels deep", at);
        return TryNode(ref cursor, name, out next);
    }

    private bool TryNode(ref NarCursor cursor, ReadOnlySpan<byte> name, out NarEvent? next)
    {
        next = null;
        if (!cursor.TryExpect(NarTokens.Open) || !cursor.TryExpect(NarTokens.Type))
            return false;
        var at = cursor.Offset;
        if (!cursor.TryString(NarLimits.KeywordBytes, "a type", out var type))
            return false;
        if (type.SequenceEqual(NarTokens.Regular))
            return TryRegular(ref cursor, name, out next);
        if (type.SequenceEqual(NarTokens.Symlink))
            return TrySymlink(ref cursor, name, out next);
        if (!type.SequenceEqual(NarTokens.Directory))
            throw new NixFormatException($"NAR: unknown file type '{NarName.Show(type)}'", at);
        Named(name);
        _previousNames.Push([]);
        _place = Place.InDirectory;
        next = new NarEvent.Directory(ByteString.FromBytes(name));
        return true;
    }

    private bool TryRegular(ref NarCursor cursor, ReadOnlySpan<byte> name, out NarEvent? next)
    {
        next = null;
        var at = cursor.Offset;
        if (!cursor.TryString(NarLimits.KeywordBytes, "a keyword", out var word))
            return false;
        var isExecutable = word.SequenceEqual(NarTokens.Executable);
        if (isExecutable)
        {
            if (!cursor.TryString(0, "the value of 'executable'", out _) || !cursor.TryExpect(NarTokens.Contents))
                return false;
        }
        else if (!word.SequenceEqual(NarTokens.Contents))
        {
            throw new NixFormatException($"NAR: expected 'contents', found '{NarName.Show(word)}'", at);
        }
        if (!cursor.TryContentsLength(out var length))
            return false;
        Named(name);
        _contentsPadding = NarTokens.Padding(length);
        _place = Place.AfterContents;
        next = new NarEvent.Regular(ByteString.FromBytes(name), isExecutable, length);
        return true;
    }

    private bool TrySymlink(ref NarCursor cursor, ReadOnlySpan<byte> name, out NarEvent? next)
    {
        next = null;
        if (!cursor.TryExpect(NarTokens.Target))
            return false;
        var at = cursor.Offset;
        if (!cursor.TryString(NarLimits.TargetBytes, "a symlink's target", out var target))
            return false;
        if (NarName.TargetFault(target) is { } fault)
            throw new NixFormatException($"NAR: the target of the symlink '{NarName.Show(name)}' {fault}", at);
        if (!TryCloseNode(ref cursor))
            return false;
        Named(name);
        _place = _previousNames.Count == 0 ? Place.End : Place.InDirectory;
        next = new NarEvent.Symlink(ByteString.FromBytes(name), ByteString.FromBytes(target));
        return true;
    }

    private bool TryEndDirectory(ref NarCursor cursor, out NarEvent? next)
    {
        next = null;
        if (_previousNames.Count > 1 && !cursor.TryExpect(NarTokens.Close))
            return false;
        _previousNames.Pop();
        _place = _previousNames.Count == 0 ? Place.End : Place.InDirectory;
        next = NarEvent.DirectoryEnd.Instance;
        return true;
    }

    /// <summary>The node's own parenthesis and, below the root, its entry's.</summary>
    private bool TryCloseNode(ref NarCursor cursor) =>
        cursor.TryExpect(NarTokens.Close) && (_previousNames.Count == 0 || cursor.TryExpect(NarTokens.Close));

    private void Named(ReadOnlySpan<byte> name)
    {
        if (_previousNames.Count == 0)
            return;
        _previousNames.Pop();
        _previousNames.Push(name.ToArray());
    }
}
