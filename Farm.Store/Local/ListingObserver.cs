using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>Makes the listing of an archive from a walk over the files that it would be made of.</summary>
/// <param name="archive">Where the walk puts the archive; tells where in it contents begin.</param>
internal sealed class ListingObserver(NarBuffer archive) : TreeObserver
{
    private readonly Stack<(ByteString Name, ImmutableSortedDictionary<ByteString, NarListing>.Builder Entries)> _open =
        new();
    private NarListing? _root;

    /// <summary>The listing, when the walk is over.</summary>
    public NarListing Root => _root ?? throw new InvalidOperationException("the walk is not over");

    public override void BeginDirectory(ReadOnlySpan<byte> name, int directory, in FileStatus status) =>
        _open.Push((ByteString.FromBytes(name), ImmutableSortedDictionary.CreateBuilder<ByteString, NarListing>()));

    public override void EndDirectory()
    {
        var (name, entries) = _open.Pop();
        Put(name, new NarListing.Directory(entries.ToImmutable()));
    }

    public override void BeginFile(ReadOnlySpan<byte> name, int file, in FileStatus status) =>
        Put(
            ByteString.FromBytes(name),
            new NarListing.Regular(status.SizeBytes, status.IsExecutable, archive.Offset + archive.Count)
        );

    public override void Contents(ReadOnlySpan<byte> bytes) { }

    public override void EndFile() { }

    public override void Symlink(
        int parent,
        ReadOnlySpan<byte> nameInParent,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> target,
        in FileStatus status
    ) => Put(ByteString.FromBytes(name), new NarListing.Symlink(ByteString.FromBytes(target)));

    private void Put(ByteString name, NarListing node)
    {
        if (_open.TryPeek(out var parent))
            parent.Entries.Add(name, node);
        else
            _root = node;
    }
}
