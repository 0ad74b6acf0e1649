using System.Buffers;
using System.Buffers.Binary;

namespace Farm.Store.Nar;

/// <summary>Writes one NAR. Refuses what a strict reader would refuse.</summary>
/// <remarks>Source: Nix manual, "Nix Archive (NAR) format". The root's name is empty. A call out of order, a name out of
/// order or contents of another length than announced are an <see cref="InvalidOperationException"/>.</remarks>
public sealed class NarWriter
{
    private readonly IBufferWriter<byte> _output;
    private readonly Stack<byte[]> _previousNames = new();
    private long _contentsLeft = -1;
    private int _contentsPadding;
    private bool _isStarted;

    /// <param name="output">Takes the archive's bytes.</param>
    public NarWriter(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
    }

    /// <summary>The whole archive of one file that may not be run.</summary>
    public static byte[] OfFile(ReadOnlySpan<byte> contents)
    {
        var nar = new ArrayBufferWriter<byte>(contents.Length + 256);
        var writer = new NarWriter(nar);
        writer.BeginRegular([], isExecutable: false, contents.Length);
        writer.WriteContents(contents);
        writer.EndRegular();
        return nar.WrittenSpan.ToArray();
    }

    /// <summary>Whether the whole archive has been written.</summary>
    public bool IsComplete => _isStarted && _previousNames.Count == 0 && _contentsLeft < 0;

    /// <summary>Begins a directory. Its entries follow in byte order of their names.</summary>
    public void BeginDirectory(ReadOnlySpan<byte> name)
    {
        BeginNode(name);
        _output.Write(NarTokens.DirectoryStart);
        _previousNames.Push([]);
    }

    /// <summary>Ends the directory begun last.</summary>
    public void EndDirectory()
    {
        if (_contentsLeft >= 0 || !_previousNames.TryPop(out _))
            throw new InvalidOperationException("NAR: no directory to end here");
        EndNode();
    }

    /// <summary>Begins a file of exactly this many bytes, which follow through <see cref="WriteContents"/>.</summary>
    public void BeginRegular(ReadOnlySpan<byte> name, bool isExecutable, long sizeBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeBytes);
        BeginNode(name);
        var start = NarTokens.RegularStart(isExecutable);
        var span = _output.GetSpan(start.Length + 8);
        start.CopyTo(span);
        BinaryPrimitives.WriteInt64LittleEndian(span[start.Length..], sizeBytes);
        _output.Advance(start.Length + 8);
        _contentsLeft = sizeBytes;
        _contentsPadding = NarTokens.Padding(sizeBytes);
    }

    /// <summary>Writes some of the contents of the file begun last.</summary>
    public void WriteContents(ReadOnlySpan<byte> bytes)
    {
        CountContents(bytes.Length);
        _output.Write(bytes);
    }

    /// <summary>Counts contents that the caller has put into the output itself.</summary>
    internal void CountContents(long lengthBytes)
    {
        if (lengthBytes > _contentsLeft)
            throw new InvalidOperationException("NAR: more contents than were announced");
        _contentsLeft -= lengthBytes;
    }

    /// <summary>Ends the file begun last.</summary>
    public void EndRegular()
    {
        if (_contentsLeft != 0)
            throw new InvalidOperationException($"NAR: {_contentsLeft} bytes of contents are missing");
        _contentsLeft = -1;
        var span = _output.GetSpan(8);
        span[.._contentsPadding].Clear();
        _output.Advance(_contentsPadding);
        EndNode();
    }

    /// <summary>Writes a symbolic link.</summary>
    public void WriteSymlink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        if (NarName.TargetFault(target) is { } fault)
            throw new InvalidOperationException($"NAR: the target of the symlink '{NarName.Show(name)}' {fault}");
        BeginNode(name);
        _output.Write(NarTokens.SymlinkStart);
        WriteString(target);
        EndNode();
    }

    private void BeginNode(ReadOnlySpan<byte> name)
    {
        if (_contentsLeft >= 0)
            throw new InvalidOperationException("NAR: the file before is not ended");
        if (!_isStarted)
        {
            if (!name.IsEmpty)
                throw new InvalidOperationException("NAR: the root has no name");
            _isStarted = true;
            _output.Write(NarTokens.ArchiveStart);
            return;
        }
        if (!_previousNames.TryPop(out var previous))
            throw new InvalidOperationException("NAR: the archive is complete");
        if (NarName.NameFault(name) is { } fault)
            throw new InvalidOperationException($"NAR: the entry name '{NarName.Show(name)}' {fault}");
        if (name.SequenceCompareTo(previous) <= 0)
            throw new InvalidOperationException($"NAR: entry '{NarName.Show(name)}' is out of order");
        if (_previousNames.Count + 1 >= NarLimits.Depth)
            throw new InvalidOperationException($"NAR: directories are nested {NarLimits.Depth} levels deep");
        _previousNames.Push(name.ToArray());
        _output.Write(NarTokens.EntryStart);
        WriteString(name);
        _output.Write(NarTokens.NodeStart);
    }

    private void EndNode()
    {
        _output.Write(NarTokens.End);
        if (_previousNames.Count > 0)
            _output.Write(NarTokens.End);
    }

    private void WriteString(ReadOnlySpan<byte> text)
    {
        var length = 8 + text.Length + NarTokens.Padding(text.Length);
        var span = _output.GetSpan(length)[..length];
        BinaryPrimitives.WriteInt64LittleEndian(span, text.Length);
        text.CopyTo(span[8..]);
        span[(8 + text.Length)..].Clear();
        _output.Advance(length);
    }
}
