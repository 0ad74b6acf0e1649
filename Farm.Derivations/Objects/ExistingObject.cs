using System.Collections.Immutable;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Derivations.Objects;

/// <summary>A store object that is taken to be in the store already; Nix's <c>builtins.storePath</c>.</summary>
public sealed class ExistingObject : StoreObject
{
    private readonly ImmutableArray<StoreObject>? _references;

    private ExistingObject(StoreDir storeDir, StorePath path, ImmutableArray<StoreObject>? references)
        : base(storeDir, path) => _references = references;

    public override ImmutableArray<StoreObject> References =>
        _references
        ?? throw new DerivationException(
            $"What '{PrintedPath}' refers to is not known here; read it from the store that has it, or discard the deep context with UnsafeDiscardOutputDependency()."
        );

    /// <param name="path">The full path.</param>
    /// <param name="settings">Null for <see cref="DerivationSettings.Default"/>.</param>
    /// <exception cref="DerivationException">It is no store path.</exception>
    public static ExistingObject Create(string path, DerivationSettings? settings = null)
    {
        var storeDir = (settings ?? DerivationSettings.Default).StoreDir;
        try
        {
            return new(storeDir, storeDir.ParsePath(path), null);
        }
        catch (Farm.Store.NixFormatException error)
        {
            throw new DerivationException(error.Message, error);
        }
    }

    internal static ExistingObject Create(StoreDir storeDir, StorePath path, ImmutableArray<StoreObject>? references) =>
        new(storeDir, path, references);

    /// <summary>Null: it can only be there.</summary>
    public override PathInfo? Describe() => null;

    public override Task WriteNarAsync(Stream destination, CancellationToken ct) =>
        throw new InvalidOperationException($"'{PrintedPath}' has no contents here; Describe() tells so.");
}
