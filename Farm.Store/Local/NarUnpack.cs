using System.Diagnostics;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.Native;
using Farm.Store.Streams;

namespace Farm.Store.Local;

/// <summary>Makes the files of a NAR outside of any store, with the modes that the process's mask leaves.</summary>
/// <remarks>They are made beside the destination and moved there when all are: what is cut off or refused leaves nothing.</remarks>
public static class NarUnpack
{
    private const uint DirectoryMode = 0x1FF;
    private const uint FileMode = 0x1B6;

    /// <param name="nar">The archive; bytes beyond it may be taken too.</param>
    /// <param name="destination">What it becomes. Must not be there; its directory must.</param>
    /// <param name="ct">Stops, and leaves nothing.</param>
    /// <returns>Hash and length of the archive.</returns>
    /// <exception cref="NixFormatException">The stream is no NAR.</exception>
    /// <exception cref="StoreException.FileSystem">The destination is there, or cannot be made.</exception>
    public static async Task<(Sha256Digest Hash, long SizeBytes)> ToNewPathAsync(
        Stream nar,
        string destination,
        CancellationToken ct
    )
    {
        var target = Encoding.UTF8.GetBytes(Path.GetFullPath(destination).TrimEnd('/'));
        RefuseExisting(target, destination);
        var aside = Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(target)}.tmp-{Guid.NewGuid():N}");
        try
        {
            using var open = new OpenTree(aside);
            await using var measure = new HashingStream();
            using var reader = new NarReader(nar, NarReadAhead.Free, measure.Write);
            await UnpackAsync(reader, open, ct).ConfigureAwait(false);
            RefuseExisting(target, destination);
            var moved = Syscalls.Rename(Syscalls.CurrentDirectory, aside, Syscalls.CurrentDirectory, target);
            Errno.Check(moved, "make", destination);
            return (measure.Finish(), measure.SizeBytes);
        }
        catch
        {
            Remove(Syscalls.CurrentDirectory, aside);
            throw;
        }
    }

    private static async Task UnpackAsync(NarReader reader, OpenTree open, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct).ConfigureAwait(false) is { } step)
        {
            switch (step)
            {
                case NarEvent.Directory directory:
                    open.BeginDirectory(directory.Name.Span);
                    break;
                case NarEvent.DirectoryEnd:
                    open.EndDirectory();
                    break;
                case NarEvent.Symlink link:
                    open.Symlink(link.Name.Span, link.Target.Span);
                    break;
                case NarEvent.Regular file:
                    open.BeginFile(file.Name.Span, file.IsExecutable);
                    while (await reader.ReadContentsAsync(ct).ConfigureAwait(false) is { Length: > 0 } piece)
                        open.Contents(piece.Span);
                    open.EndFile();
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }

    private static void RefuseExisting(byte[] target, string shown)
    {
        var found = Syscalls.Status(Syscalls.CurrentDirectory, target, out _);
        if (found == 0)
            throw new StoreException.FileSystem(shown, "make", new IOException("it is there already"));
        if (found != -Errno.NoEntry)
            throw Errno.Exception(-found, "make", shown);
    }

    /// <summary>Removes what was made, as far as that can be; the error that led here is the one to report.</summary>
    private static void Remove(int parent, ReadOnlySpan<byte> name)
    {
        var directory = Syscalls.Open(parent, name, Syscalls.ReadOnly | Syscalls.Directory);
        if (directory < 0)
        {
            _ = Syscalls.Unlink(parent, name);
            return;
        }
        var entries = new DirectoryEntries();
        entries.Read(directory, ByteString.FromBytes(name).ToString());
        for (var i = 0; i < entries.Count; i++)
            Remove(directory, entries.Name(i));
        Syscalls.Close(directory);
        _ = Syscalls.RemoveDirectory(parent, name);
    }

    /// <summary>Where the unpacking stands.</summary>
    private sealed class OpenTree(byte[] root) : IDisposable
    {
        private readonly Stack<int> _directories = new();
        private int _file = -1;

        private int Parent => _directories.TryPeek(out var parent) ? parent : Syscalls.CurrentDirectory;

        public void BeginDirectory(ReadOnlySpan<byte> name)
        {
            Check(Syscalls.MakeDirectory(Parent, Own(name), DirectoryMode), "make the directory", name);
            var opened = Syscalls.Open(Parent, Own(name), Syscalls.ReadOnly | Syscalls.Directory);
            Check(opened, "open", name);
            _directories.Push(opened);
        }

        public void EndDirectory() => Syscalls.Close(_directories.Pop());

        public void BeginFile(ReadOnlySpan<byte> name, bool isExecutable)
        {
            const int flags = Syscalls.WriteOnly | Syscalls.Create | Syscalls.Exclusive;
            _file = Syscalls.Open(Parent, Own(name), flags, isExecutable ? DirectoryMode : FileMode);
            Check(_file, "make the file", name);
        }

        public void Contents(ReadOnlySpan<byte> bytes) => Check(Syscalls.Write(_file, bytes), "write", []);

        public void EndFile()
        {
            Syscalls.Close(_file);
            _file = -1;
        }

        public void Symlink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target) =>
            Check(Syscalls.MakeSymlink(target, Parent, Own(name)), "make the link", name);

        public void Dispose()
        {
            if (_file >= 0)
                EndFile();
            while (_directories.TryPop(out var directory))
                Syscalls.Close(directory);
        }

        private ReadOnlySpan<byte> Own(ReadOnlySpan<byte> name) => name.IsEmpty ? root : name;

        private void Check(int result, string operation, ReadOnlySpan<byte> name) =>
            Errno.Check(result, operation, ByteString.FromBytes(Own(name)).ToString());
    }
}
