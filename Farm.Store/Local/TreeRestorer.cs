using Farm.Store.Hashing;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Makes files in a stage, canonical from the start: modes 0444 and 0555, modified at 1, no extended attributes.</summary>
/// <remarks>Everything is made exclusively and relative to its directory: nothing is followed, nothing overwritten.</remarks>
internal sealed class TreeRestorer(StagedTree tree) : IDisposable
{
    private readonly Stack<int> _directories = new();
    private readonly StoreFiles _files = tree.Files;
    private byte[] _name = [];
    private int _file = -1;
    private long _sizeBytes;
    private bool? _hasAttributes;

    private int Parent => _directories.TryPeek(out var parent) ? parent : tree.Stage.Directory;

    /// <param name="name">Empty for the root.</param>
    public void BeginDirectory(ReadOnlySpan<byte> name)
    {
        var own = Own(name);
        Check(Syscalls.MakeDirectory(Parent, own, ObjectModes.Private), "make the directory", own);
        var directory = Syscalls.Open(Parent, own, Syscalls.ReadOnly | Syscalls.Directory);
        Check(directory, "open", own);
        _directories.Push(directory);
        RemoveAttributes(directory, own);
        tree.Enter(name);
    }

    public void EndDirectory()
    {
        Syscalls.Close(_directories.Pop());
        tree.Leave();
    }

    /// <inheritdoc cref="BeginDirectory"/>
    public void BeginFile(ReadOnlySpan<byte> name, bool isExecutable, long sizeBytes)
    {
        const int flags = Syscalls.WriteOnly | Syscalls.Create | Syscalls.Exclusive;
        var own = Own(name);
        var mode = ObjectModes.OfFile(isExecutable);
        _file = Syscalls.Open(Parent, own, flags, mode);
        Check(_file, "make the file", own);
        if (!_files.IsMaskPlain)
            Check(Syscalls.ChangeMode(_file, mode), "change the mode of", own);
        RemoveAttributes(_file, own);
        (_name, _sizeBytes) = (name.ToArray(), sizeBytes);
        tree.Hasher?.BeginFile(isExecutable, sizeBytes);
    }

    public void Contents(ReadOnlySpan<byte> bytes)
    {
        Check(Syscalls.Write(_file, bytes), "write", _name);
        tree.Hasher?.Contents(bytes);
    }

    public void EndFile()
    {
        Check(Syscalls.ResetTime(_file), "set the time of", _name);
        if (_files.UsesImmutableBit && tree.Hasher is null && !tree.IsAtRoot)
            Check(InodeFlags.Change(_file, isImmutable: true), "make immutable", _name);
        var hash = tree.Hasher?.EndFile() ?? default;
        var file = _file;
        _file = -1;
        if (!tree.IsShared)
        {
            Syscalls.Close(file);
            file = -1;
        }
        tree.Complete(_name, hash, _sizeBytes, isSymlink: false, file);
    }

    /// <inheritdoc cref="BeginDirectory"/>
    public void Symlink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        var own = Own(name);
        Check(Syscalls.MakeSymlink(target, Parent, own), "make the link", own);
        Check(Syscalls.ResetTime(Parent, own), "set the time of", own);
        var hash = tree.Hasher is null ? default : FileHasher.OfSymlink(target);
        tree.Complete(name, hash, target.Length, isSymlink: true);
    }

    public void Dispose()
    {
        if (_file >= 0)
            Syscalls.Close(_file);
        _file = -1;
        while (_directories.TryPop(out var directory))
            Syscalls.Close(directory);
    }

    /// <summary>Whether new files inherit attributes is seen at the first.</summary>
    private void RemoveAttributes(int descriptor, ReadOnlySpan<byte> name)
    {
        if (_hasAttributes == false)
            return;
        var shown = ByteString.FromBytes(name).ToString();
        if (_hasAttributes ??= ExtendedAttributes.AnyToRemove(descriptor, shown))
            ExtendedAttributes.Remove(descriptor, shown);
    }

    private static ReadOnlySpan<byte> Own(ReadOnlySpan<byte> name) => name.IsEmpty ? Stage.Object : name;

    private static void Check(int result, string operation, ReadOnlySpan<byte> name)
    {
        if (result < 0)
            throw Errno.Exception(-result, operation, ByteString.FromBytes(name).ToString());
    }
}
