using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using StoreDerivation = Farm.Store.Derivations.Derivation;

namespace Farm.Derivations.Objects;

/// <summary>A <c>.drv</c> file, with the derivations and sources that it refers to.</summary>
public sealed class DerivationFile : InMemoryObject
{
    private DerivationHash? _hash;
    private Dictionary<StorePath, DerivationFile>? _inputs;

    private DerivationFile(
        StoreDir storeDir,
        StorePathName name,
        StoreDerivation content,
        ByteString text,
        ImmutableArray<StoreObject> references
    )
        : base(storeDir, name, text, references) => Content = content;

    /// <summary>The derivation in it.</summary>
    public StoreDerivation Content { get; }

    /// <summary>The derivations whose outputs are inputs, by their paths.</summary>
    public IReadOnlyDictionary<StorePath, DerivationFile> InputDerivations =>
        _inputs ??= References
            .OfType<DerivationFile>()
            .Where(file => Content.InputDerivations.ContainsKey(file.Path))
            .ToDictionary(file => file.Path);

    /// <param name="text">The file's bytes, where they are known; they must be those of <paramref name="content"/>.</param>
    /// <param name="references">All input sources and input derivations; a derivation among them is a <see cref="DerivationFile"/>.</param>
    internal static DerivationFile Create(
        StoreDir storeDir,
        StoreDerivation content,
        ByteString? text,
        ImmutableArray<StoreObject> references
    ) =>
        new(
            storeDir,
            StorePathName.Parse(content.Name + StorePath.DerivationSuffix),
            content,
            text ?? ByteString.FromBytes(DerivationPrinter.Print(storeDir, content)),
            references
        );

    /// <summary>What the derivation counts as where it is an input. Computed once, with an explicit stack: graphs are deep.</summary>
    internal DerivationHash Hash
    {
        get
        {
            if (_hash is { } known)
                return known;
            var open = new Stack<DerivationFile>([this]);
            while (open.TryPeek(out var top))
            {
                var unknown =
                    top.Content.Type == DerivationType.InputAddressed
                        ? top.InputDerivations.Values.FirstOrDefault(input => input._hash is null)
                        : null;
                if (unknown is not null)
                {
                    open.Push(unknown);
                    continue;
                }
                open.Pop();
                top._hash ??= HashModulo.AsInput(StoreDir, top.Content, top.HashOfInput);
            }
            return _hash!; // the stack had this file at its bottom
        }
    }

    /// <summary>All objects that must be there for this one, itself included; each after what it refers to.</summary>
    /// <exception cref="DerivationException">What one of them refers to is not known.</exception>
    public IReadOnlyList<StoreObject> Closure() => ObjectGraph.Closure([this]);

    private DerivationHash HashOfInput(StorePath path) => InputDerivations[path].Hash;
}
