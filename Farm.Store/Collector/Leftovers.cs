using System.Globalization;
using System.Text;
using Farm.Store.Collecting;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Collector;

/// <summary>What is in the store directory but is no valid path: what crashed builds and additions have left, lock files, <c>.chroot</c>
/// and <c>.check</c> directories, and what is named like no path at all.</summary>
/// <param name="Named">Those named like a path.</param>
/// <param name="Foreign">The others. This process's own unfinished objects are not among them.</param>
internal sealed record Leftovers(IReadOnlyList<StorePath> Named, IReadOnlyList<byte[]> Foreign)
{
    private static readonly byte[] s_own = Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"tmp-{Environment.ProcessId}-")
    );

    /// <summary>The names in the store directory. Read before the graph, so that what is added meanwhile is in the graph.</summary>
    public static DirectoryEntries List(StoreLayout layout)
    {
        var entries = new DirectoryEntries();
        using var listed = new OpenedDirectory(layout.PhysicalStoreDir);
        entries.Read(listed.Descriptor, layout.PhysicalStoreDir);
        return entries;
    }

    public static Leftovers Find(DirectoryEntries entries, StoreGraph graph)
    {
        var named = new List<StorePath>();
        var foreign = new List<byte[]>();
        for (var i = 0; i < entries.Count; i++)
        {
            var name = entries.Name(i);
            if (IsValid(name, graph) || name.SequenceEqual(".links"u8) || name.StartsWith(s_own))
                continue;
            if (StorePath.TryParse(name, out var path))
                named.Add(path);
            else
                foreign.Add(name.ToArray());
        }
        return new(named, foreign);
    }

    private static bool IsValid(ReadOnlySpan<byte> name, StoreGraph graph) =>
        name.Length > StorePathHash.TextLength
        && StorePathHash.TryParse(name[..StorePathHash.TextLength], out var hash)
        && graph.Find(hash, NameKey.Of(name[(StorePathHash.TextLength + 1)..])) is not null;
}
