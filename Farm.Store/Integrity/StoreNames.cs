using System.Text;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Integrity;

/// <summary>The names in a store directory at one moment, by what they are.</summary>
internal sealed class StoreNames
{
    private StoreNames() { }

    /// <summary>Names that a store object may have; whether one is valid, the database tells.</summary>
    public HashSet<StorePath> Objects { get; } = [];

    /// <summary>Unfinished objects: Farm's stages, Nix's too.</summary>
    public List<byte[]> Stages { get; } = [];

    /// <summary>All others, but <c>.links</c>.</summary>
    public List<byte[]> Others { get; } = [];

    /// <exception cref="StoreException.FileSystem">The directory cannot be read.</exception>
    public static StoreNames Read(StoreFiles files)
    {
        var entries = new DirectoryEntries();
        using (var listed = new OpenedDirectory(files.Layout.PhysicalStoreDir))
            entries.Read(listed.Descriptor, files.Layout.PhysicalStoreDir);
        var names = new StoreNames();
        var stage = Encoding.ASCII.GetBytes(StoreFiles.StagePrefix);
        for (var i = 0; i < entries.Count; i++)
        {
            var name = entries.Name(i);
            if (name.SequenceEqual(".links"u8))
                continue;
            if (name.StartsWith(stage))
                names.Stages.Add(name.ToArray());
            else if (StorePath.TryParse(Encoding.UTF8.GetString(name), out var path))
                names.Objects.Add(path);
            else
                names.Others.Add(name.ToArray());
        }
        return names;
    }
}
