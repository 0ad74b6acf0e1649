using System.Globalization;
using System.Text;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Roots;

/// <summary>This process's file of temporary roots, which collectors of other processes read.</summary>
/// <remarks>Shape: <c>temproots/PID</c>, mode 0600, locked exclusively for as long as it counts; each record is a full logical path and a
/// NUL. Nix only appends; a process that lives long also has to make it shorter. Not for use by two at once.</remarks>
internal sealed class TempRootsFile : IDisposable
{
    private const uint Mode = 0x180;
    private const int OpenFlags = Syscalls.ReadWrite | Syscalls.Create | Syscalls.Append;

    private readonly StoreDir _storeDir;
    private readonly string _directory;
    private readonly string _file;
    private int _descriptor;

    /// <summary>The file that was replaced last stays locked: who opened it by name just before must not find it free and take
    /// the name for a dead process's.</summary>
    private int _replaced = -1;

    private TempRootsFile(StoreLayout layout)
    {
        _storeDir = layout.StoreDir;
        _directory = layout.TempRootsDir;
        _file = string.Create(CultureInfo.InvariantCulture, $"{_directory}/{Environment.ProcessId}");
    }

    public long SizeBytes { get; private set; }

    /// <summary>Records in the file, of paths that are held or were.</summary>
    public int Records { get; private set; }

    /// <summary>Whether the file still has its name: somebody may have taken it for a dead process's.</summary>
    public bool IsThere => Syscalls.Status(_descriptor, out var status) == 0 && status.Links > 0;

    /// <summary>Makes the file. One that is there is a dead process's, which had the same number.</summary>
    public static TempRootsFile Create(StoreLayout layout)
    {
        var file = new TempRootsFile(layout);
        try
        {
            Directory.CreateDirectory(file._directory);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StoreException.FileSystem(file._directory, "make the folder", cause);
        }
        _ = Syscalls.Unlink(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(file._file));
        file._descriptor = OpenLocked(file._file);
        return file;
    }

    public void Append(IReadOnlyCollection<StorePath> paths)
    {
        var records = Print(paths);
        Errno.Check(Syscalls.Write(_descriptor, records), "write", _file);
        (SizeBytes, Records) = (SizeBytes + records.Length, Records + paths.Count);
    }

    /// <summary>Empties the file; where that fails it is as it was.</summary>
    public void Clear()
    {
        if (LibC.FTruncate(_descriptor, 0) == 0)
            (SizeBytes, Records) = (0, 0);
    }

    /// <summary>Puts a file in place that has only these records: at every moment the name leads to a locked file with all of them.</summary>
    public void Replace(IReadOnlyCollection<StorePath> paths)
    {
        // Nix passes over names that begin with a dot.
        var temporary = $"{_directory}/.{Path.GetFileName(_file)}";
        var from = Encoding.UTF8.GetBytes(temporary);
        _ = Syscalls.Unlink(Syscalls.CurrentDirectory, from);
        var records = Print(paths);
        var descriptor = OpenLocked(temporary);
        try
        {
            Errno.Check(Syscalls.Write(descriptor, records), "write", temporary);
            var to = Encoding.UTF8.GetBytes(_file);
            var renamed = Syscalls.Rename(Syscalls.CurrentDirectory, from, Syscalls.CurrentDirectory, to);
            Errno.Check(renamed, "replace", _file);
        }
        catch
        {
            _ = Syscalls.Unlink(Syscalls.CurrentDirectory, from);
            Close(descriptor);
            throw;
        }
        Close(_replaced);
        (_replaced, _descriptor) = (_descriptor, descriptor);
        (SizeBytes, Records) = (records.Length, paths.Count);
    }

    public void Dispose()
    {
        if (IsThere)
            _ = Syscalls.Unlink(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(_file));
        Close(_descriptor);
        Close(_replaced);
        (_descriptor, _replaced) = (-1, -1);
    }

    /// <summary>Between the making of a file and its locking a collector may take it for a dead process's: it is then written to and
    /// has lost its name, so that another must be made.</summary>
    private static int OpenLocked(string file)
    {
        while (true)
        {
            var opened = Syscalls.Open(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(file), OpenFlags, Mode);
            var descriptor = Errno.Check(opened, "make", file);
            try
            {
                FileLock.TakeExclusive(descriptor, file);
                Errno.Check(Syscalls.Status(descriptor, out var status), "look at", file);
                if (status.SizeBytes == 0 && status.Links > 0)
                    return descriptor;
            }
            catch
            {
                Close(descriptor);
                throw;
            }
            Close(descriptor);
        }
    }

    private static void Close(int descriptor)
    {
        if (descriptor < 0)
            return;
        FileLock.Release(descriptor);
        Syscalls.Close(descriptor);
    }

    private byte[] Print(IReadOnlyCollection<StorePath> paths)
    {
        var prefix = _storeDir.Prefix;
        var records = new byte[paths.Sum(path => path.TextLength) + (paths.Count * (prefix.Length + 1))];
        var at = 0;
        foreach (var path in paths)
        {
            prefix.CopyTo(records.AsSpan(at));
            at += prefix.Length;
            at += path.Print(records.AsSpan(at)) + 1;
        }
        return records;
    }
}
