using System.Buffers.Binary;

namespace Farm.Store.Native;

/// <summary>The names in one directory, sorted by their bytes, without <c>.</c> and <c>..</c>. Reusable.</summary>
internal sealed class DirectoryEntries
{
    private const int ReadBytes = 64 * 1024;
    private const int HeaderBytes = 19;

    private byte[] _names = new byte[4096];
    private Entry[] _entries = new Entry[64];
    private int _namesEnd;

    private readonly record struct Entry(ulong Key, int Start, int Length, byte Type, ulong Inode);

    public const byte UnknownType = 0;
    public const byte DirectoryType = 4;
    public const byte RegularType = 8;
    public const byte SymlinkType = 10;

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Name(int index) => _names.AsSpan(_entries[index].Start, _entries[index].Length);

    /// <summary>The kind of object as far as the directory tells.</summary>
    public byte Type(int index) => _entries[index].Type;

    /// <summary>The object's inode.</summary>
    public ulong Inode(int index) => _entries[index].Inode;

    /// <summary>Reads an open directory.</summary>
    public void Read(int descriptor, string directory) =>
        Errno.Check(TryRead(descriptor), "read the directory", directory);

    /// <summary>Reads an open directory; answers a negated error number where that fails.</summary>
    public unsafe int TryRead(int descriptor)
    {
        (Count, _namesEnd) = (0, 0);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            fixed (byte* start = buffer)
            {
                while (true)
                {
                    var length = (int)LibC.GetDents(descriptor, start, ReadBytes);
                    if (length < 0)
                        return Errno.Last;
                    if (length == 0)
                        break;
                    Take(buffer.AsSpan(0, length));
                }
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
        _entries.AsSpan(0, Count).Sort(Compare);
        return 0;
    }

    private void Take(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(records[16..]);
            var type = records[18];
            var inode = BinaryPrimitives.ReadUInt64LittleEndian(records);
            var name = records[HeaderBytes..length];
            name = name[..name.IndexOf((byte)0)];
            records = records[length..];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                Add(name, type, inode);
        }
    }

    private void Add(ReadOnlySpan<byte> name, byte type, ulong inode)
    {
        if (Count == _entries.Length)
            Array.Resize(ref _entries, Count * 2);
        if (_namesEnd + name.Length > _names.Length)
            Array.Resize(ref _names, Math.Max(_names.Length * 2, _namesEnd + name.Length));
        name.CopyTo(_names.AsSpan(_namesEnd));
        _entries[Count++] = new(FirstEight(name), _namesEnd, name.Length, type, inode);
        _namesEnd += name.Length;
    }

    private int Compare(Entry left, Entry right)
    {
        var order = left.Key.CompareTo(right.Key);
        return order != 0
            ? order
            : _names.AsSpan(left.Start, left.Length).SequenceCompareTo(_names.AsSpan(right.Start, right.Length));
    }

    /// <summary>The first eight bytes as a number that orders as they do; most names differ there.</summary>
    private static ulong FirstEight(ReadOnlySpan<byte> name)
    {
        Span<byte> bytes = stackalloc byte[8];
        name[..Math.Min(8, name.Length)].CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
