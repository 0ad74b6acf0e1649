using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Takes an output away from all but us, and finds out whether somebody can still write to it.</summary>
/// <remarks>Each directory is ours and closed before it is read, and each file is ours and read-only before it is asked who writes to it: from then on
/// nobody gets one open. A process that the kernel has let in a moment before, and that has not got its descriptor yet, is not
/// seen. Where builders are kept from each other that is too much: there outputs that may be held are copied. The builder must have ended.</remarks>
internal sealed class OutputSeal
{
    private readonly StoreFiles _files;
    private readonly BuiltOutput _output;

    /// <summary>Files with several names that have been taken, and are ours by now: where, and their numbers there.</summary>
    private readonly HashSet<(ulong Device, ulong Inode)> _taken = [];
    private bool _isHeld;

    private OutputSeal(StoreFiles files, BuiltOutput output) => (_files, _output) = (files, output);

    /// <returns>False where somebody writes to a file of it, a file has a name somewhere else, or that cannot be told.</returns>
    /// <exception cref="StoreException">Something in it does not belong to its builder, or cannot be taken.</exception>
    public static bool TryApply(StoreFiles files, BuiltOutput output)
    {
        var seal = new OutputSeal(files, output);
        seal.Visit(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(output.File), [], depth: 0);
        return !seal._isHeld;
    }

    private void Visit(int parent, ReadOnlySpan<byte> nameInParent, ReadOnlySpan<byte> name, int depth)
    {
        Check(Syscalls.Status(parent, nameInParent, out var found), "look at", name);
        if (found.IsRegular && found.Links > 1 && _taken.Contains((found.Device, found.Inode)))
            return;
        _output.RequireOwner(name, found);
        // Nobody writes to a link, and who walks over the output refuses anything else, and what is deeper.
        if (!(found.IsRegular || found.IsDirectory) || depth > NarLimits.Depth)
            return;
        var descriptor = Syscalls.Open(parent, nameInParent, Syscalls.ReadOnly | Syscalls.NonBlocking);
        Check(descriptor, "open", name);
        try
        {
            if (found.IsDirectory)
            {
                VisitDirectory(descriptor, name, found, depth);
                return;
            }
            Take(descriptor, name, found, ObjectModes.OfFile(found.IsExecutable));
            _isHeld |= found.Links != 1 || !FileLease.IsWrittenByNobody(descriptor);
            if (found.Links > 1)
                _taken.Add((found.Device, found.Inode));
        }
        finally
        {
            Syscalls.Close(descriptor);
        }
    }

    private void VisitDirectory(int descriptor, ReadOnlySpan<byte> name, in FileStatus found, int depth)
    {
        Take(descriptor, name, found, ObjectModes.Private);
        var entries = new DirectoryEntries();
        Check(entries.TryRead(descriptor), "read", name);
        for (var index = 0; index < entries.Count; index++)
            Visit(descriptor, entries.Name(index), entries.Name(index), depth + 1);
    }

    private void Take(int descriptor, ReadOnlySpan<byte> name, in FileStatus found, uint mode)
    {
        if (found.User != _files.User)
            Check(Syscalls.ChangeOwner(descriptor, _files.User, _files.Group), "change the owner of", name);
        if (found.Permissions != mode)
            Check(Syscalls.ChangeMode(descriptor, mode), "change the mode of", name);
    }

    private void Check(int result, string operation, ReadOnlySpan<byte> name)
    {
        if (result < 0)
            throw Errno.Exception(
                -result,
                operation,
                name.IsEmpty ? _output.File : $"{_output.File}/…/{ByteString.FromBytes(name)}"
            );
    }
}
