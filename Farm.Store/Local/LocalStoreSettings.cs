using Farm.Store.Collector;
using Farm.Store.Paths;
using Farm.Store.Signing;

namespace Farm.Store.Local;

/// <summary>How a local store is opened. Source: <c>farm.store</c> in the configuration.</summary>
public sealed record LocalStoreSettings
{
    private const string Section = "farm.store";

    public required StoreLayout Layout { get; init; }

    public ImmutableBit Immutable { get; init; } = ImmutableBit.Auto;

    /// <summary>Whether equal files are stored once, as hard links to <c>.links</c>.</summary>
    public bool Optimise { get; init; } = true;

    /// <summary>Whether the database waits for the disk where SQLite holds that to be needed.</summary>
    public bool FsyncMetadata { get; init; } = true;

    /// <summary>Whose signatures count, and what signs the paths that are built here.</summary>
    public SigningSettings Signing { get; init; } = SigningSettings.Default;

    /// <summary>Whether a path's files and directories are on the disk before it becomes valid.</summary>
    public bool FsyncStorePaths { get; init; }

    /// <summary>Whether the whole file system is on the disk before a path becomes valid.</summary>
    public bool SyncBeforeRegistering { get; init; }

    /// <summary>What is collected when.</summary>
    public CollectorSettings Collector { get; init; } = new();

    /// <exception cref="ArgumentException">A value is missing or malformed; the message names the key.</exception>
    public static LocalStoreSettings From(Config config)
    {
        var root = Required(config, "root");
        var storeDir = Required(config, "store-dir");
        return new LocalStoreSettings
        {
            Layout = StoreLayout.Create(root, StoreDir.Parse(storeDir)),
            Immutable = Required(config, "immutable") switch
            {
                "on" => ImmutableBit.On,
                "off" => ImmutableBit.Off,
                "auto" => ImmutableBit.Auto,
                var other => throw new ArgumentException(
                    $"{Section}.immutable is '{other}': on, off or auto is meant."
                ),
            },
            Optimise = config.GetBoolean($"{Section}.optimise", true),
            FsyncMetadata = config.GetBoolean($"{Section}.fsync-metadata", true),
            FsyncStorePaths = config.GetBoolean($"{Section}.fsync-store-paths", false),
            SyncBeforeRegistering = config.GetBoolean($"{Section}.sync-before-registering", false),
            Signing = SigningSettings.From(config),
            Collector = CollectorSettings.From(config),
        };
    }

    private static string Required(Config config, string key) =>
        config.GetString($"{Section}.{key}") is { Length: > 0 } value
            ? value
            : throw new ArgumentException($"The setting {Section}.{key} is missing.");
}
