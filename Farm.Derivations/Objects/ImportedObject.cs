using System.Collections.Immutable;
using Farm.Derivations.Importing;
using Farm.Store.PathInfos;
using Farm.Store.Streams;

namespace Farm.Derivations.Objects;

/// <summary>An object that a store on this machine has, and from which it can be copied.</summary>
public sealed class ImportedObject : StoreObject
{
    private readonly IImportSource _source;
    private readonly PathInfo _info;

    internal ImportedObject(IImportSource source, PathInfo info, ImmutableArray<StoreObject> references)
        : base(source.StoreDir, info.Path) => (_source, _info, References) = (source, info, references);

    public override ImmutableArray<StoreObject> References { get; }

    /// <summary>As that store describes it, but for what says how it came to be there.</summary>
    public override PathInfo Describe() => _info;

    public override async Task WriteNarAsync(Stream destination, CancellationToken ct)
    {
        await using var digest = new HashingStream(destination);
        await _source.DumpNarAsync(Path, digest, ct).ConfigureAwait(false);
        if (digest.Finish() != _info.NarHash)
            throw new DerivationException(
                $"The contents of '{PrintedPath}' in {_source.Name} have changed; repair that store."
            );
    }
}
