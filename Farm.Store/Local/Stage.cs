using System.Text;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>A private directory in the store directory, where an object is made before it is moved into place.</summary>
/// <remarks>The object is called <see cref="Object"/> in it. What is left in the directory is removed with it.</remarks>
internal sealed class Stage : IAsyncDisposable
{
    private readonly byte[] _name;
    private long _links;

    private StagePool? _pool;
    private bool _isHidden;

    private Stage(StoreFiles files, byte[] name, int directory) => (Files, _name, Directory) = (files, name, directory);

    /// <summary>The object's name.</summary>
    public static ReadOnlySpan<byte> Object => "x"u8;

    public StoreFiles Files { get; }

    /// <summary>Descriptor of the directory.</summary>
    public int Directory { get; }

    /// <summary>For messages and for programs: where the object is.</summary>
    public string ObjectPath => $"{Files.Layout.PhysicalStoreDir}/{Encoding.ASCII.GetString(_name)}/x";

    /// <summary>Makes the directory; null where one of that name is there. Its lock tells others that it is in use.</summary>
    public static Stage? TryCreate(StoreFiles files, byte[] name)
    {
        var shown = $"{files.Layout.PhysicalStoreDir}/{Encoding.ASCII.GetString(name)}";
        var made = Syscalls.MakeDirectory(files.StoreDirectory, name, ObjectModes.Private);
        if (made == -Errno.Exists)
            return null;
        Errno.Check(made, "make the directory", shown);
        var directory = Syscalls.Open(files.StoreDirectory, name, Syscalls.ReadOnly | Syscalls.Directory);
        Errno.Check(directory, "open", shown);
        _ = FileLock.TryExclusive(directory, shown);
        return new(files, name, directory);
    }

    /// <summary>A name in the directory that nobody else uses.</summary>
    public byte[] NewLinkName() => Encoding.ASCII.GetBytes($"l{Interlocked.Increment(ref _links)}");

    /// <summary>Lends it to somebody who gives it back by disposing of it, as long as it is empty then.</summary>
    public Stage LentBy(StagePool pool)
    {
        _pool = pool;
        return this;
    }

    /// <summary>Its object has been moved away.</summary>
    public bool IsEmpty { get; set; }

    /// <summary>Moves it, empty, out of the store directory.</summary>
    /// <returns>False where that is not possible: the state directory may be on another file system.</returns>
    public bool TryHide() => _isHidden = Syscalls.Rename(Files.StoreDirectory, _name, Files.IdleDirectory, _name) == 0;

    /// <summary>Moves it back.</summary>
    /// <returns>False where somebody has removed it.</returns>
    public bool TryShow()
    {
        if (Syscalls.Rename(Files.IdleDirectory, _name, Files.StoreDirectory, _name) != 0)
            return false;
        _isHidden = false;
        return true;
    }

    /// <summary>Closes it where it has been removed.</summary>
    public void Close() => Syscalls.Close(Directory);

    public async ValueTask DisposeAsync()
    {
        var pool = IsEmpty ? _pool : null;
        (IsEmpty, _pool) = (false, null);
        if (pool?.TryReturn(this) == true)
            return;
        Close();
        var parent = _isHidden ? Files.IdleDirectory : Files.StoreDirectory;
        if (Syscalls.RemoveDirectory(parent, _name) == 0)
            return;
        await TreeRemover.RemoveAsync(Files, parent, _name).ConfigureAwait(false);
    }
}
