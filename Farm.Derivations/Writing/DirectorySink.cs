using System.Collections.Immutable;
using Farm.Derivations.Objects;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Streams;

namespace Farm.Derivations.Writing;

/// <summary>Writes each object under its base name into a directory, as in a store directory, but without a database.</summary>
/// <remarks>What is there is taken to be whole: an object is made beside its place and moved there at the end.</remarks>
public sealed class DirectorySink(string directory) : IObjectSink
{
    public Task<ImmutableSortedSet<StorePath>> MissingAsync(IReadOnlyCollection<StorePath> paths, CancellationToken ct)
    {
        var there = Directory.Exists(directory)
            ? Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal)
            : [];
        return Task.FromResult<ImmutableSortedSet<StorePath>>([
            .. paths.Where(path => !there.Contains(path.ToString())),
        ]);
    }

    public Task AddAsync(StoreObject item, PathInfo info, CancellationToken ct)
    {
        Directory.CreateDirectory(directory);
        var place = Path.Combine(directory, item.Path.ToString());
        return PipedStream.ReadAsync(
            nar => item.WriteNarAsync(nar, ct),
            nar => NarUnpack.ToNewPathAsync(nar, place, ct)
        );
    }
}
