using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Derivations.Making;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Derivations.Objects;

/// <summary>Something that has a store path before anything is built: a source, a text, a derivation's file, a path that is there.</summary>
/// <remarks>Computed without writing anything. In a text it stands for its path, with itself in the context.</remarks>
[DebuggerDisplay("{PrintedPath,nq}")]
public abstract class StoreObject
{
    private NixString? _reference;

    private protected StoreObject(StoreDir storeDir, StorePath path)
    {
        (StoreDir, Path) = (storeDir, path);
        PrintedPath = storeDir.Print(path);
    }

    public StoreDir StoreDir { get; }

    public StorePath Path { get; }

    /// <summary>The full path. It has no context: for messages and programs, not for attributes.</summary>
    public string PrintedPath { get; }

    /// <summary>What it refers to, itself excepted.</summary>
    /// <exception cref="DerivationException">That is not known.</exception>
    public abstract ImmutableArray<StoreObject> References { get; }

    /// <summary>The path, with the object in its context.</summary>
    public NixString Reference => _reference ??= new(PrintedPath, StringContext.Of(new ContextElement.Opaque(this)));

    public static NixString operator +(StoreObject left, NixString right) => left.Reference + right;

    public static NixString operator +(NixString left, StoreObject right) => left + right.Reference;

    /// <summary>What a store is told of it; null where the object can only be in the store already.</summary>
    public abstract PathInfo? Describe();

    /// <summary>Writes its contents as a NAR, as <see cref="Describe"/> announces them.</summary>
    /// <exception cref="DerivationException">They are not what they were when the path was computed.</exception>
    public abstract Task WriteNarAsync(Stream destination, CancellationToken ct);

#pragma warning disable CS0809 // As with NixString.
    /// <summary>Does not compile: see <see cref="NixString.ToString"/>.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    [Obsolete("This would lose the context: use Reference, or PrintedPath in a message.", error: true)]
    public sealed override string ToString() => throw new InvalidOperationException(Interpolation.LossOf(PrintedPath));
#pragma warning restore CS0809
}
