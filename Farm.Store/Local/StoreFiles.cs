using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using Farm.Store.Actors;
using Farm.Store.Integrity;
using Farm.Store.Locking;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>What every file operation of one store needs: its open directories, its rules and its locks.</summary>
internal sealed class StoreFiles : IDisposable
{
    /// <summary>What the names of unfinished objects in the store directory begin with.</summary>
    public const string StagePrefix = "tmp-";

    /// <summary>As many as there may well be builds and additions at a time.</summary>
    private const int MostIdleStages = 16;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly bool _syncsPaths;
    private readonly bool _syncsAll;
    private long _stages;

    private StoreFiles(LocalStoreSettings settings, IPathLocks locks, OpenRecord record)
    {
        (Layout, Locks, Record, Optimise) = (settings.Layout, locks, record, settings.Optimise);
        (_syncsPaths, _syncsAll) = (settings.FsyncStorePaths, settings.SyncBeforeRegistering);
        NewDirectory.Make(Layout.LinksDir);
        StoreDirectory = OpenDirectory(Layout.PhysicalStoreDir);
        LinksDirectory = OpenDirectory(Layout.LinksDir);
        IdleDirectory = OpenDirectory(NewDirectory.Make(Layout.IdleDir, OwnerOnly));
        Stages = new(this, MostIdleStages, isLasting: true);
        (User, Group) = (LibC.GetEffectiveUser(), LibC.GetEffectiveGroup());
        IsMaskPlain = !HasMaskOfReadBits();
    }

    public StoreLayout Layout { get; }
    public IPathLocks Locks { get; }

    /// <summary>Where a lifted immutable bit is noted for those who come after a crash.</summary>
    public OpenRecord Record { get; }

    /// <summary>Whether equal files are linked.</summary>
    public bool Optimise { get; }

    /// <summary>Whether registered files get the immutable bit.</summary>
    public bool UsesImmutableBit { get; private set; }

    /// <summary>What whoever opened the store should be told of it, once; one sentence each.</summary>
    public ImmutableArray<string> Notices { get; private set; } = [];

    public LinkCounters Counters { get; } = new();

    public LinkTrust Trust { get; } = new();

    /// <summary>Descriptor of the physical store directory.</summary>
    public int StoreDirectory { get; }

    /// <summary>Descriptor of <c>.links</c>.</summary>
    public int LinksDirectory { get; }

    /// <summary>Descriptor of where stages wait that nobody uses.</summary>
    public int IdleDirectory { get; }

    /// <summary>Stages for objects that are moved into place.</summary>
    public StagePool Stages { get; }

    public uint User { get; }
    public uint Group { get; }

    /// <summary>Whether files are made with the mode that is asked for.</summary>
    public bool IsMaskPlain { get; }

    /// <summary>What names in <see cref="LinksDirectory"/> begin with, seen from <see cref="StoreDirectory"/>.</summary>
    public static ReadOnlySpan<byte> LinksPrefix => ".links/"u8;

    public static StoreFiles Open(LocalStoreSettings settings, IPathLocks locks, OpenRecord record)
    {
        var files = new StoreFiles(settings, locks, record);
        try
        {
            foreach (var left in Directory.GetFileSystemEntries(files.Layout.IdleDir))
                UntrustedTree.Remove(left);
            files.UsesImmutableBit =
                settings.Immutable != ImmutableBit.Off && files.TryImmutableBit(settings.Immutable);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>A new private directory in the store directory.</summary>
    public Stage NewStage()
    {
        while (true)
        {
            var number = Interlocked.Increment(ref _stages);
            var name = string.Create(CultureInfo.InvariantCulture, $"{StagePrefix}{Environment.ProcessId}-{number}");
            if (Stage.TryCreate(this, Encoding.ASCII.GetBytes(name)) is { } stage)
                return stage;
        }
    }

    /// <summary>Waits for the disk, as far as the settings say, when these objects are to become valid next.</summary>
    public void SyncBeforeValid(IReadOnlyList<byte[]> names)
    {
        if (names.Count == 0)
            return;
        if (_syncsPaths)
        {
            foreach (var name in names)
                TreeSync.Run(StoreDirectory, name);
            Errno.Check(Syscalls.Sync(StoreDirectory), "write to the disk", Layout.PhysicalStoreDir);
        }
        if (_syncsAll && LibC.SyncFs(StoreDirectory) != 0)
            throw Errno.Exception(-Errno.Last, "write to the disk", Layout.PhysicalStoreDir);
    }

    /// <summary>As <see cref="SyncBeforeValid"/>, of an object in a stage that is to take the place of a valid one.</summary>
    public void SyncBeforeExchange(Stage stage)
    {
        if (_syncsPaths || _syncsAll)
            TreeSync.Run(stage.Directory, Stage.Object);
    }

    /// <summary>Runs an operation under one lock.</summary>
    public Task<T> UnderLockAsync<T>(PathLockKey key, IPathOperation<T> operation) => Locks.RunAsync([key], operation);

    public void Dispose()
    {
        Syscalls.Close(StoreDirectory);
        Syscalls.Close(LinksDirectory);
        Syscalls.Close(IdleDirectory);
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

    private bool TryImmutableBit(ImmutableBit wanted)
    {
        var name = Encoding.ASCII.GetBytes($"{StagePrefix}{Environment.ProcessId}-probe");
        _ = Syscalls.Unlink(StoreDirectory, name);
        var probe = Syscalls.Open(
            StoreDirectory,
            name,
            Syscalls.WriteOnly | Syscalls.Create | Syscalls.Exclusive,
            0x180
        );
        Errno.Check(probe, "make a file in", Layout.PhysicalStoreDir);
        var error = InodeFlags.Change(probe, isImmutable: true);
        if (error == 0)
            error = InodeFlags.Change(probe, isImmutable: false);
        Syscalls.Close(probe);
        Errno.Check(Syscalls.Unlink(StoreDirectory, name), "remove a file from", Layout.PhysicalStoreDir);
        if (error < 0 && wanted == ImmutableBit.Auto)
            Notices =
            [
                $"The files of the store in '{Layout.PhysicalStoreDir}' get no immutable bit, because it cannot be set there "
                    + $"({new Win32Exception(-error).Message}); set farm.store.immutable = off to be told no more.",
            ];
        return error == 0 || wanted == ImmutableBit.Auto
            ? error == 0
            : throw Errno.Exception(
                -error,
                "set the immutable bit (farm.store.immutable = on) in",
                Layout.PhysicalStoreDir
            );
    }

    private static bool HasMaskOfReadBits()
    {
        var line = File.ReadLines("/proc/self/status")
            .FirstOrDefault(l => l.StartsWith("Umask:", StringComparison.Ordinal));
        return line is null || (Convert.ToUInt32(line[6..].Trim(), 8) & ObjectModes.Executable) != 0;
    }
}
