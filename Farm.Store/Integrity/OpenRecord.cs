using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Native;
using Microsoft.Win32.SafeHandles;

namespace Farm.Store.Integrity;

/// <summary>A file beside the owner's lock that is there while a store is open, and tells the next owner what a killed one has left.</summary>
/// <remarks>
/// Shape: a page with a line <c>farm-open 1 BOOT-ID</c> and at byte 128 a 1 where a note found no room; then slots of 512 bytes: inode
/// (u64, little endian; 0 where the slot is free), length of the name (u16), name relative to the store directory.
/// A note is one write into the page cache, which outlives the process. It need not outlive the machine: another boot id says that
/// it went down.
/// </remarks>
internal sealed class OpenRecord : IDisposable
{
    private const int HeaderBytes = 4096;
    private const int OverflowAt = 128;
    private const int SlotBytes = 512;
    private const int SlotHeaderBytes = 10;
    private const int SlotCount = 512;
    private const int NoSlot = -1;
    private const string Magic = "farm-open 1 ";

    private readonly string _path;
    private readonly string _bootId;
    private readonly bool _isSynced;
    private readonly SafeFileHandle _file;
    private readonly ConcurrentBag<int> _free;
    private readonly ImmutableArray<int> _kept;

    private OpenRecord(string path, string bootId, bool isSynced)
    {
        (_path, _bootId, _isSynced) = (path, bootId, isSynced);
        var isNew = !File.Exists(path);
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        (Last, _kept) = Read();
        _free = [.. Enumerable.Range(0, SlotCount).Except(_kept)];
        if (Last is LastStop.Clean)
            WriteHeader();
        if (isNew && isSynced)
            SyncDirectory();
    }

    /// <summary>What the file told when it was opened.</summary>
    public LastStop Last { get; }

    /// <summary>Opens the file, or makes it. What the last owner has left stays in it until <see cref="Mended"/>.</summary>
    /// <param name="layout">Of the store.</param>
    /// <param name="bootId">What the kernel calls its present life.</param>
    /// <param name="isSynced">Whether the file's own existence is to be on the disk before anything is changed.</param>
    /// <exception cref="StoreException.FileSystem">It cannot be read or made.</exception>
    public static OpenRecord Open(StoreLayout layout, string bootId, bool isSynced)
    {
        try
        {
            return new(layout.OpenFile, bootId, isSynced);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException.FileSystem(layout.OpenFile, "open", error);
        }
    }

    /// <summary>The kernel's name of its present life.</summary>
    public static string CurrentBootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Notes that an immutable bit is about to be lifted.</summary>
    /// <param name="inode">Whose.</param>
    /// <param name="path">A name of it, relative to the store directory, by which it is found faster; empty where none is known.</param>
    public LiftedNote Note(ulong inode, ReadOnlySpan<byte> path = default)
    {
        if (!_free.TryTake(out var slot))
        {
            RandomAccess.Write(_file, [1], OverflowAt);
            return new(this, NoSlot);
        }
        var known = path.Length <= SlotBytes - SlotHeaderBytes ? path : default;
        Span<byte> bytes = stackalloc byte[SlotBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, inode);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], (ushort)known.Length);
        known.CopyTo(bytes[SlotHeaderBytes..]);
        RandomAccess.Write(_file, bytes[..(SlotHeaderBytes + known.Length)], Offset(slot));
        return new(this, slot);
    }

    /// <summary>Frees the slot of a note whose bit is set again.</summary>
    public void Erase(int slot)
    {
        if (slot == NoSlot)
            return;
        RandomAccess.Write(_file, new byte[sizeof(ulong)], Offset(slot));
        _free.Add(slot);
    }

    /// <summary>What the last owner has left is in order: forgets it.</summary>
    public void Mended()
    {
        if (Last is LastStop.Clean)
            return;
        WriteHeader();
        foreach (var slot in _kept)
            Erase(slot);
    }

    /// <summary>The store is let go in good order: removes the file.</summary>
    public void End()
    {
        Dispose();
        File.Delete(_path);
    }

    public void Dispose() => _file.Dispose();

    private static long Offset(int slot) => HeaderBytes + (long)slot * SlotBytes;

    private (LastStop Last, ImmutableArray<int> Kept) Read()
    {
        var bytes = new byte[HeaderBytes + SlotCount * SlotBytes];
        var length = 0;
        while (RandomAccess.Read(_file, bytes.AsSpan(length), length) is > 0 and var count)
            length += count;
        var header = Encoding.ASCII.GetString(bytes, 0, OverflowAt);
        // A file without its header belongs to an owner that came no further.
        if (!header.StartsWith(Magic, StringComparison.Ordinal))
            return (new LastStop.Clean(), []);
        var kept = new List<int>();
        var lifted = new List<LiftedBit>();
        for (var slot = 0; slot < SlotCount; slot++)
        {
            var at = bytes.AsSpan((int)Offset(slot), SlotBytes);
            var inode = BinaryPrimitives.ReadUInt64LittleEndian(at);
            if (inode == 0)
                continue;
            kept.Add(slot);
            var nameLength = Math.Min(
                (int)BinaryPrimitives.ReadUInt16LittleEndian(at[8..]),
                SlotBytes - SlotHeaderBytes
            );
            lifted.Add(new(inode, ByteString.FromBytes(at.Slice(SlotHeaderBytes, nameLength))));
        }
        var isSameBoot = header[Magic.Length..].Split('\n')[0] == _bootId;
        return isSameBoot
            ? (new LastStop.Killed([.. lifted], IsComplete: bytes[OverflowAt] == 0), [.. kept])
            : (new LastStop.PowerLost(), [.. kept]);
    }

    private void WriteHeader()
    {
        var header = new byte[HeaderBytes];
        Encoding.ASCII.GetBytes($"{Magic}{_bootId}\n").CopyTo(header, 0);
        RandomAccess.Write(_file, header, 0);
        if (_isSynced)
            RandomAccess.FlushToDisk(_file);
    }

    private void SyncDirectory()
    {
        var directory = Path.GetDirectoryName(_path)!; // The file has an absolute path.
        using var opened = new OpenedDirectory(directory);
        Errno.Check(Syscalls.Sync(opened.Descriptor), "write to disk", directory);
    }
}
