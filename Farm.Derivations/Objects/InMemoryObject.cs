using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Derivations.Objects;

/// <summary>A text object: one file that may refer to others.</summary>
public abstract class InMemoryObject : StoreObject
{
    private readonly Sha256Digest _digest;

    private protected InMemoryObject(
        StoreDir storeDir,
        StorePathName name,
        ByteString contents,
        ImmutableArray<StoreObject> references
    )
        : this(storeDir, name, contents, references, Sha256Digest.Compute(contents.Span)) { }

    private InMemoryObject(
        StoreDir storeDir,
        StorePathName name,
        ByteString contents,
        ImmutableArray<StoreObject> references,
        Sha256Digest digest
    )
        : base(storeDir, StorePathMaker.Text(storeDir, name, digest, references.Select(item => item.Path))) =>
        (Contents, References, _digest) = (contents, references, digest);

    /// <summary>The bytes of the file.</summary>
    public ByteString Contents { get; }

    public sealed override ImmutableArray<StoreObject> References { get; }

    public sealed override PathInfo Describe()
    {
        var nar = NarWriter.OfFile(Contents.Span);
        return new PathInfo
        {
            Path = Path,
            NarHash = Sha256Digest.Compute(nar),
            NarSizeBytes = nar.Length,
            References = [.. References.Select(item => item.Path)],
            ContentAddress = ContentAddress.Create(ContentAddressMethod.Text, _digest.ToHash()),
        };
    }

    public sealed override Task WriteNarAsync(Stream destination, CancellationToken ct) =>
        destination.WriteAsync(NarWriter.OfFile(Contents.Span), ct).AsTask();
}
