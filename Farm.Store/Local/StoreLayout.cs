using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Local;

/// <summary>Where a store's files are: a physical root, with Nix's layout below it, and a logical store directory.</summary>
/// <remarks>Shape: <c>ROOT/nix/store</c>, <c>ROOT/nix/var/nix</c>, <c>ROOT/nix/var/log/nix</c>; what <c>nix-store --store ROOT</c> opens.</remarks>
public sealed record StoreLayout
{
    private StoreLayout(string root, StoreDir storeDir, string stateDir, string logDir) =>
        (Root, StoreDir, StateDir, LogDir) = (root, storeDir, stateDir, logDir);

    /// <summary>What comes before the store directory: absolute, without a slash at its end; empty for the machine's own root.</summary>
    public string Root { get; }

    /// <summary>What full paths begin with, inside files and in the database.</summary>
    public StoreDir StoreDir { get; }

    /// <summary>Where the store objects are.</summary>
    public string PhysicalStoreDir => Root + StoreDir.Text;

    public string LinksDir => PhysicalStoreDir + "/.links";
    public string StateDir { get; }
    public string LogDir { get; }
    public string DatabaseDir => StateDir + "/db";
    public string RootsDir => StateDir + "/gcroots";
    public string ProfilesDir => StateDir + "/profiles";
    public string TempRootsDir => StateDir + "/temproots";

    /// <summary>Where the socket is on which a collector that runs hears of new temporary roots.</summary>
    public string GcSocketDir => StateDir + "/gc-socket";

    /// <summary>Held for as long as a process owns the store; contains its process id.</summary>
    public string OwnerFile => StateDir + "/farm-owner.lock";

    /// <summary>There while the store is open, and after an owner that did not close it.</summary>
    public string OpenFile => StateDir + "/farm-open";

    /// <summary>Empty directories and files for the mounts of sandboxes.</summary>
    public string MountPointsDir => StateDir + "/farm-mount-points";

    /// <summary>Directories of builds and additions that wait for the next one; emptied when the store is opened.</summary>
    public string IdleDir => StateDir + "/farm-idle";

    /// <exception cref="ArgumentException">The root is not absolute.</exception>
    public static StoreLayout Create(string physicalRoot, StoreDir storeDir)
    {
        if (!Path.IsPathRooted(physicalRoot))
            throw new ArgumentException($"The store's root '{physicalRoot}' must be absolute.", nameof(physicalRoot));
        var root = Path.GetFullPath(physicalRoot).TrimEnd('/');
        return new(root, storeDir, root + "/nix/var/nix", root + "/nix/var/log/nix");
    }

    /// <summary>The layout of a store at its own name, with state and logs anywhere.</summary>
    /// <param name="storeDir">Where the store objects are.</param>
    /// <param name="stateDir">Absolute, as is <paramref name="logDir"/>.</param>
    public static StoreLayout Create(StoreDir storeDir, string stateDir, string logDir) =>
        new("", storeDir, stateDir, logDir);

    /// <summary>Where a store object's files are.</summary>
    public string ToPhysical(StorePath path) => $"{PhysicalStoreDir}/{path}";

    /// <summary>Where a file inside a store object is, given its logical path.</summary>
    /// <exception cref="NixFormatException">The path is not inside a store object.</exception>
    public string ToPhysical(string logical)
    {
        var (path, inside) = StoreDir.ParseInside(logical);
        return ToPhysical(path) + inside;
    }

    internal static byte[] Bytes(StorePath path) => Encoding.ASCII.GetBytes(path.ToString());

    internal static byte[] Bytes(Sha256Digest link) => Encoding.ASCII.GetBytes(link.ToNixBase32());
}
