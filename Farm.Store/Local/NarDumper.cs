using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Serialises a tree of files as a NAR, a buffer at a time, so that whoever takes the bytes sets the pace.</summary>
/// <remarks>Directories are opened relative to their parents, and no symbolic link is followed.
/// A file that shrinks while it is read is an error; what it grows by is left out.</remarks>
internal sealed class NarDumper : IDisposable
{
    private readonly NarBuffer _buffer;
    private readonly NarWriter _writer;
    private readonly TreeObserver? _observer;
    private readonly TreeFilter? _filter;
    private readonly string _root;
    private readonly byte[] _target = new byte[NarLimits.TargetBytes + 1];
    private readonly Stack<Frame> _open = new();
    private readonly Stack<DirectoryEntries> _spare = new();
    private int _file = -1;
    private long _fileLeft;

    private sealed class Frame(int descriptor, DirectoryEntries entries, string path)
    {
        /// <summary>From the root, with a slash at its end; empty for the root itself.</summary>
        public string Path { get; } = path;
        public int Descriptor { get; } = descriptor;
        public DirectoryEntries Entries { get; } = entries;
        public int Next { get; set; }
    }

    /// <param name="parent">The directory that the root is in.</param>
    /// <param name="name">The root's name there.</param>
    /// <param name="root">What messages call the root.</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="observer">Follows the walk.</param>
    /// <param name="filter">What is taken; null for all.</param>
    public NarDumper(
        int parent,
        ReadOnlySpan<byte> name,
        string root,
        NarBuffer buffer,
        TreeObserver? observer = null,
        TreeFilter? filter = null
    )
    {
        (_root, _buffer, _observer, _filter) = (root, buffer, observer, filter);
        _writer = new(buffer);
        Visit(parent, name, [], DirectoryEntries.UnknownType);
    }

    /// <summary>Contents before this place in the archive are neither read nor put into the buffer, nor is what is before them.</summary>
    public long SkipContentsBefore { get; init; }

    /// <summary>Whether all has been put into the buffer.</summary>
    public bool IsComplete => _writer.IsComplete;

    /// <summary>Goes on until the buffer is full or the archive complete.</summary>
    public void Fill()
    {
        while (!_buffer.IsFull && !_writer.IsComplete)
        {
            if (_file >= 0)
            {
                ReadFile();
                continue;
            }
            var frame = _open.Peek();
            if (frame.Next == frame.Entries.Count)
            {
                EndDirectory();
                continue;
            }
            var index = frame.Next++;
            var name = frame.Entries.Name(index);
            if (_filter is not null && !Includes(frame, name, frame.Entries.Type(index)))
                continue;
            Visit(frame.Descriptor, name, name, frame.Entries.Type(index));
        }
    }

    public void Dispose()
    {
        if (_file >= 0)
            Syscalls.Close(_file);
        _file = -1;
        while (_open.TryPop(out var frame))
            Syscalls.Close(frame.Descriptor);
    }

    private void Visit(int parent, ReadOnlySpan<byte> nameInParent, ReadOnlySpan<byte> name, byte type)
    {
        if (type is DirectoryEntries.UnknownType or DirectoryEntries.SymlinkType)
        {
            Check(Syscalls.Status(parent, nameInParent, out var found), "look at", nameInParent);
            if (found.IsSymlink)
            {
                VisitSymlink(parent, nameInParent, name, found);
                return;
            }
        }
        else if (type is not (DirectoryEntries.DirectoryType or DirectoryEntries.RegularType))
        {
            throw Unsupported(nameInParent);
        }
        var descriptor = Open(parent, nameInParent);
        try
        {
            Check(Syscalls.Status(descriptor, out var status), "look at", nameInParent);
            if (status.IsDirectory)
                VisitDirectory(descriptor, name, status);
            else if (status.IsRegular)
                VisitFile(descriptor, name, status);
            else
                throw Unsupported(nameInParent);
            descriptor = -1;
        }
        finally
        {
            if (descriptor >= 0)
                Syscalls.Close(descriptor);
        }
    }

    private bool Includes(Frame frame, ReadOnlySpan<byte> name, byte type)
    {
        var kind = type switch
        {
            DirectoryEntries.RegularType => TreeEntryKind.Regular,
            DirectoryEntries.DirectoryType => TreeEntryKind.Directory,
            DirectoryEntries.SymlinkType => TreeEntryKind.Symlink,
            DirectoryEntries.UnknownType => KindOf(frame.Descriptor, name),
            _ => TreeEntryKind.Other,
        };
        return _filter!.Includes($"{frame.Path}{ByteString.FromBytes(name)}", kind); // only called where there is one
    }

    private TreeEntryKind KindOf(int parent, ReadOnlySpan<byte> name)
    {
        Check(Syscalls.Status(parent, name, out var found), "look at", name);
        return found.IsRegular ? TreeEntryKind.Regular
            : found.IsDirectory ? TreeEntryKind.Directory
            : found.IsSymlink ? TreeEntryKind.Symlink
            : TreeEntryKind.Other;
    }

    private int Open(int parent, ReadOnlySpan<byte> name)
    {
        const int flags = Syscalls.ReadOnly | Syscalls.NonBlocking;
        var descriptor = Syscalls.Open(parent, name, flags);
        if (descriptor == -Errno.AccessDenied && _observer is not null && _observer.Unreadable(parent, name))
            descriptor = Syscalls.Open(parent, name, flags);
        return Check(descriptor, "open", name);
    }

    private void VisitSymlink(int parent, ReadOnlySpan<byte> nameInParent, ReadOnlySpan<byte> name, in FileStatus found)
    {
        var length = Check(Syscalls.ReadLink(parent, nameInParent, _target), "read the link", nameInParent);
        _writer.WriteSymlink(name, _target.AsSpan(0, length));
        _observer?.Symlink(parent, nameInParent, name, _target.AsSpan(0, length), found);
    }

    private void VisitDirectory(int descriptor, ReadOnlySpan<byte> name, in FileStatus status)
    {
        if (_open.Count >= NarLimits.Depth)
            throw new StoreException.UnsupportedFile(
                Show(name),
                $"is in {NarLimits.Depth} directories, too many for a NAR"
            );
        _writer.BeginDirectory(name);
        _observer?.BeginDirectory(name, descriptor, status);
        var entries = _spare.TryPop(out var spare) ? spare : new DirectoryEntries();
        entries.Read(descriptor, Show(name));
        var path = _filter is null || name.IsEmpty ? "" : $"{_open.Peek().Path}{ByteString.FromBytes(name)}/";
        _open.Push(new Frame(descriptor, entries, path));
    }

    private void EndDirectory()
    {
        var frame = _open.Pop();
        Syscalls.Close(frame.Descriptor);
        _spare.Push(frame.Entries);
        _writer.EndDirectory();
        _observer?.EndDirectory();
    }

    private void VisitFile(int descriptor, ReadOnlySpan<byte> name, in FileStatus status)
    {
        _writer.BeginRegular(name, status.IsExecutable, status.SizeBytes);
        _observer?.BeginFile(name, descriptor, status);
        _fileLeft = status.SizeBytes;
        _file = descriptor;
    }

    private void ReadFile()
    {
        if (_fileLeft > 0 && _buffer.Offset + _buffer.Count < SkipContentsBefore)
            SkipContents();
        else if (_fileLeft > 0)
        {
            var room = _buffer.Room;
            var count = Syscalls.Read(_file, room[..(int)Math.Min(room.Length, _fileLeft)]);
            Check(count, "read", []);
            if (count == 0)
                throw new StoreException.FileSystem(
                    _root,
                    "read",
                    new EndOfStreamException("a file in it became shorter")
                );
            _observer?.Contents(room[..count]);
            _buffer.Advance(count);
            _writer.CountContents(count);
            _fileLeft -= count;
        }
        if (_fileLeft > 0)
            return;
        Syscalls.Close(_file);
        _file = -1;
        _writer.EndRegular();
        _observer?.EndFile();
    }

    private void SkipContents()
    {
        var skipped = Math.Min(_fileLeft, SkipContentsBefore - _buffer.Offset - _buffer.Count);
        if (skipped < _fileLeft)
            Check(Syscalls.Skip(_file, skipped), "read", []);
        _buffer.Skip(skipped);
        _writer.CountContents(skipped);
        _fileLeft -= skipped;
    }

    private int Check(int result, string operation, ReadOnlySpan<byte> name) =>
        result < 0 ? throw Errno.Exception(-result, operation, Show(name)) : result;

    private StoreException.UnsupportedFile Unsupported(ReadOnlySpan<byte> name) =>
        new(Show(name), "has an unsupported type: only files, directories and symbolic links can be stored");

    /// <summary>For messages: the root, and the name of the object in it where that is another.</summary>
    private string Show(ReadOnlySpan<byte> name) =>
        _open.Count == 0 ? _root : $"{_root}/…/{ByteString.FromBytes(name)}";
}
