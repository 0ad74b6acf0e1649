using Farm.Store.Hashing;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Makes what a builder left canonical while it is walked over: owner, modes 0444 and 0555, modified at 1, no extended
/// attributes. Directories get their mode and time at the end, when their files have been shared.</summary>
/// <remarks>Source: Nix's <c>canonicalisePathMetaData</c>. Executable is what its owner may run; hard links stay.</remarks>
internal sealed class OutputCanonicaliser(StagedTree tree) : TreeObserver
{
    private readonly StoreFiles _files = tree.Files;
    private byte[] _name = [];
    private long _sizeBytes;

    public override bool Unreadable(int parent, ReadOnlySpan<byte> name) =>
        Syscalls.Status(parent, name, out var status) == 0
        && !status.IsSymlink
        && Syscalls.ChangeMode(parent, name, status.Permissions | 0x100) == 0;

    public override void BeginDirectory(ReadOnlySpan<byte> name, int directory, in FileStatus status)
    {
        TakeOver(directory, name, status);
        if ((status.Permissions & ObjectModes.Private) != ObjectModes.Private)
            Check(Syscalls.ChangeMode(directory, ObjectModes.Private), "change the mode of", name);
        tree.Enter(name);
    }

    public override void EndDirectory() => tree.Leave();

    public override void BeginFile(ReadOnlySpan<byte> name, int file, in FileStatus status)
    {
        TakeOver(file, name, status);
        var mode = ObjectModes.OfFile(status.IsExecutable);
        if (status.Permissions != mode)
            Check(Syscalls.ChangeMode(file, mode), "change the mode of", name);
        if (status.ModifiedSeconds != 1 || status.ModifiedNanoseconds != 0)
            Check(Syscalls.ResetTime(file), "set the time of", name);
        if (_files.UsesImmutableBit && tree.Hasher is null && !tree.IsAtRoot)
            Check(InodeFlags.Change(file, isImmutable: true), "make immutable", name);
        (_name, _sizeBytes) = (name.ToArray(), status.SizeBytes);
        tree.Hasher?.BeginFile(status.IsExecutable, status.SizeBytes);
    }

    public override void Contents(ReadOnlySpan<byte> bytes) => tree.Hasher?.Contents(bytes);

    public override void EndFile() =>
        tree.Complete(_name, tree.Hasher?.EndFile() ?? default, _sizeBytes, isSymlink: false);

    public override void Symlink(
        int parent,
        ReadOnlySpan<byte> nameInParent,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> target,
        in FileStatus status
    )
    {
        if (status.User != _files.User)
            Check(Syscalls.ChangeOwner(parent, nameInParent, _files.User, _files.Group), "change the owner of", name);
        if (status.ModifiedSeconds != 1 || status.ModifiedNanoseconds != 0)
            Check(Syscalls.ResetTime(parent, nameInParent), "set the time of", name);
        var hash = tree.Hasher is null ? default : FileHasher.OfSymlink(target);
        tree.Complete(name, hash, target.Length, isSymlink: true);
    }

    private void TakeOver(int descriptor, ReadOnlySpan<byte> name, in FileStatus status)
    {
        if (status.User != _files.User)
            Check(Syscalls.ChangeOwner(descriptor, _files.User, _files.Group), "change the owner of", name);
        if (ExtendedAttributes.Any(descriptor))
            ExtendedAttributes.Remove(descriptor, ByteString.FromBytes(name).ToString());
    }

    private static void Check(int result, string operation, ReadOnlySpan<byte> name)
    {
        if (result < 0)
            throw Errno.Exception(-result, $"{operation} the output's file", ByteString.FromBytes(name).ToString());
    }
}
