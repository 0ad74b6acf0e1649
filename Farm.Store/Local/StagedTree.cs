using Farm.Store.Hashing;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>A store object in the making, in its stage: where the walk stands, and what is left to do at the end.</summary>
/// <param name="stage">Where it is made.</param>
/// <param name="sharesFiles">Whether its files may become links to equal ones in <c>.links</c>, where the store does that at all.</param>
internal sealed class StagedTree(Stage stage, bool sharesFiles = true) : IAsyncDisposable
{
    private readonly List<byte> _path = [.. Stage.Object];
    private readonly Stack<int> _lengths = new();
    private readonly List<byte[]> _directories = [];
    private readonly FileHasher _hasher = new();
    private LinkCandidate? _root;

    public Stage Stage { get; } = stage;

    public StoreFiles Files => Stage.Files;

    public LinkQueue Links { get; } = new(stage, sharesFiles);

    /// <summary>Hashes the file that is being walked over; null where files are not shared, and at the root, whose hash is the
    /// whole object's.</summary>
    public FileHasher? Hasher => IsShared ? _hasher : null;

    /// <summary>Whether the object has been a directory from its root.</summary>
    public bool IsDirectory { get; private set; }

    /// <summary>Whether the walk stands at the root.</summary>
    public bool IsAtRoot => _lengths.Count == 0;

    public void Enter(ReadOnlySpan<byte> name)
    {
        if (IsAtRoot)
            IsDirectory = true;
        _lengths.Push(_path.Count);
        if (name.IsEmpty)
            return;
        _path.Add((byte)'/');
        _path.AddRange(name);
    }

    public void Leave()
    {
        if (_lengths.Count > 1)
            _directories.Add([.. _path]);
        var length = _lengths.Pop();
        _path.RemoveRange(length, _path.Count - length);
    }

    /// <summary>Whether the file that is walked over goes to the link's lock when it is complete.</summary>
    public bool IsShared => Links.IsOn && !IsAtRoot;

    /// <summary>A file or symbolic link is complete. At the root it is shared when it has been moved.</summary>
    /// <param name="name">In the directory where the walk stands.</param>
    /// <param name="hash">Of its own NAR.</param>
    /// <param name="sizeBytes">Its size.</param>
    /// <param name="isSymlink">Whether it is a link.</param>
    /// <param name="descriptor">Where the file <see cref="IsShared"/>: the file, which is closed when it has been linked; else -1.</param>
    public void Complete(
        ReadOnlySpan<byte> name,
        Sha256Digest hash,
        long sizeBytes,
        bool isSymlink,
        int descriptor = -1
    )
    {
        if (IsAtRoot)
        {
            _root = new(Files.StoreDirectory, default, hash, sizeBytes, isSymlink);
            return;
        }
        if (Links.IsOn)
            Links.Start(new(Stage.Directory, Path(name), hash, sizeBytes, isSymlink, Descriptor: descriptor));
    }

    /// <summary>Waits for the files, then gives the directories below the root their last mode, time and bit.</summary>
    public async Task FinishAsync()
    {
        await Links.DrainAsync().ConfigureAwait(false);
        foreach (var directory in _directories)
            FinishDirectory(Stage.Directory, directory);
    }

    /// <summary>Moves the object to its name in the store directory. Runs under the path's lock.</summary>
    public async Task MoveAsync(byte[] name, Sha256Digest narHash)
    {
        var moved = await MoveSharedFile
            .RenameAsync(Files, Stage.Directory, Stage.Object.ToArray(), Files.StoreDirectory, name)
            .ConfigureAwait(false);
        Errno.Check(moved, "move into place", ByteString.FromBytes(name).ToString());
        Stage.IsEmpty = true;
        await FinishMovedAsync(name, narHash).ConfigureAwait(false);
    }

    /// <summary>Gives the root, which is in its place, its last mode, time and bit. Runs under the path's lock.</summary>
    public async Task FinishMovedAsync(byte[] name, Sha256Digest narHash)
    {
        if (IsDirectory)
            FinishDirectory(Files.StoreDirectory, name);
        else if (_root is { } root)
            await FinishRootFileAsync(root with { Name = name, Hash = narHash }).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Links.DrainAsync().ConfigureAwait(false);
        }
        finally
        {
            _hasher.Dispose();
            await Stage.DisposeAsync().ConfigureAwait(false);
        }
    }

    private byte[] Path(ReadOnlySpan<byte> name)
    {
        var path = new byte[_path.Count + 1 + name.Length];
        _path.CopyTo(path);
        path[_path.Count] = (byte)'/';
        name.CopyTo(path.AsSpan(_path.Count + 1));
        return path;
    }

    private async Task FinishRootFileAsync(LinkCandidate root)
    {
        if (Links.IsOn)
            await Links.LinkAsync(root).ConfigureAwait(false);
        else if (Files.UsesImmutableBit)
            Check(InodeFlags.Change(Files.StoreDirectory, root.Name.Span, isImmutable: true), root.Name.Span);
    }

    private void FinishDirectory(int from, ReadOnlySpan<byte> name)
    {
        var directory = Check(Syscalls.Open(from, name, Syscalls.ReadOnly | Syscalls.Directory), name);
        try
        {
            Check(Syscalls.ChangeMode(directory, ObjectModes.Directory), name);
            Check(Syscalls.ResetTime(directory), name);
            if (Files.UsesImmutableBit)
                Check(InodeFlags.Change(directory, isImmutable: true), name);
        }
        finally
        {
            Syscalls.Close(directory);
        }
    }

    private static int Check(int result, ReadOnlySpan<byte> name) =>
        result < 0 ? throw Errno.Exception(-result, "finish", ByteString.FromBytes(name).ToString()) : result;
}
