using System.Collections.Immutable;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.Native;
using Farm.Store.Paths;
using Microsoft.Win32.SafeHandles;

namespace Farm.Store.Local;

/// <summary>Something in a store object, found without following symbolic links: what is shown is in the object.</summary>
public sealed class ObjectFile : IDisposable
{
    private readonly int _descriptor;
    private readonly string _shown;

    private ObjectFile(int descriptor, string shown, ObjectEntry entry) =>
        (_descriptor, _shown, Entry) = (descriptor, shown, entry);

    /// <summary>What it is.</summary>
    public ObjectEntry Entry { get; }

    internal static ObjectFile Open(StoreLayout layout, StorePath path, string inside)
    {
        var shown = layout.StoreDir.Print(path) + inside;
        var at = OpenDirectory(layout.PhysicalStoreDir);
        try
        {
            string[] names = [path.ToString(), .. inside.Split('/', StringSplitOptions.RemoveEmptyEntries)];
            foreach (var name in names.SkipLast(1))
            {
                var next = OpenBelow(at, name, shown);
                Syscalls.Close(at);
                at = next;
            }
            var last = Checked(names[^1], shown);
            var entry = Describe(at, last, ByteString.FromBytes(last), shown);
            var opened =
                entry is ObjectEntry.Symlink
                    ? -1
                    : Errno.Check(Syscalls.Open(at, last, Syscalls.ReadOnly | Syscalls.NonBlocking), "open", shown);
            return new(opened, shown, entry);
        }
        finally
        {
            Syscalls.Close(at);
        }
    }

    /// <summary>What is in a directory, in byte order of the names; itself where it is no directory.</summary>
    public ImmutableArray<ObjectEntry> List()
    {
        if (Entry is not ObjectEntry.Directory)
            return [Entry];
        var entries = new DirectoryEntries();
        entries.Read(_descriptor, _shown);
        var listed = ImmutableArray.CreateBuilder<ObjectEntry>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
            listed.Add(Describe(_descriptor, entries.Name(i), ByteString.FromBytes(entries.Name(i)), _shown));
        listed.Sort((left, right) => left.Name.CompareTo(right.Name));
        return listed.MoveToImmutable();
    }

    /// <summary>Writes the contents of a regular file.</summary>
    /// <exception cref="StoreException.UnsupportedFile">It is no regular file.</exception>
    public async Task CopyToAsync(Stream destination, CancellationToken ct)
    {
        if (Entry is not ObjectEntry.Regular)
        {
            var reason = Entry is ObjectEntry.Symlink link
                ? $"is a symbolic link to '{link.Target}', which is not followed"
                : "is a directory, which has no contents to show; list it";
            throw new StoreException.UnsupportedFile(_shown, reason);
        }
        using var handle = new SafeFileHandle(_descriptor, ownsHandle: false);
        await using var file = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        await file.CopyToAsync(destination, ct).ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
            Syscalls.Close(_descriptor);
    }

    private static int OpenDirectory(string path) =>
        Errno.Check(
            Syscalls.Open(
                Syscalls.CurrentDirectory,
                Encoding.UTF8.GetBytes(path),
                Syscalls.ReadOnly | Syscalls.Directory
            ),
            "open",
            path
        );

    private static int OpenBelow(int parent, string name, string shown)
    {
        var bytes = Checked(name, shown);
        if (Describe(parent, bytes, default, shown) is ObjectEntry.Symlink link)
            throw new StoreException.UnsupportedFile(
                shown,
                $"is behind '{name}', a symbolic link to '{link.Target}', which is not followed"
            );
        return Errno.Check(Syscalls.Open(parent, bytes, Syscalls.ReadOnly | Syscalls.Directory), "open", shown);
    }

    private static byte[] Checked(string name, string shown) =>
        name is "." or ".." || name.Contains('\0', StringComparison.Ordinal)
            ? throw new StoreException.FileSystem(
                shown,
                "open",
                new IOException("a name inside a store object is none of '.' and '..' and has no NUL")
            )
            : Encoding.UTF8.GetBytes(name);

    private static ObjectEntry Describe(int parent, ReadOnlySpan<byte> name, ByteString ownName, string shown)
    {
        Errno.Check(Syscalls.Status(parent, name, out var status), "look at", shown);
        if (status.IsDirectory)
            return new ObjectEntry.Directory(ownName);
        if (status.IsRegular)
            return new ObjectEntry.Regular(ownName, status.SizeBytes, status.IsExecutable);
        if (!status.IsSymlink)
            throw new StoreException.UnsupportedFile(shown, "has a type that no store object may have");
        var target = new byte[NarLimits.TargetBytes + 1];
        var length = Errno.Check(Syscalls.ReadLink(parent, name, target), "read the link", shown);
        return new ObjectEntry.Symlink(ownName, ByteString.FromBytes(target.AsSpan(0, length)));
    }
}
