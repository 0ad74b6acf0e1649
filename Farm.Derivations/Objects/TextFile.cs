using System.Collections.Immutable;
using Farm.Derivations.Making;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Derivations.Objects;

/// <summary>A file with a text that is given; Nix's <c>builtins.toFile</c>.</summary>
public sealed class TextFile : InMemoryObject
{
    private TextFile(StoreDir storeDir, StorePathName name, ByteString contents, ImmutableArray<StoreObject> references)
        : base(storeDir, name, contents, references) { }

    /// <param name="name">The name in the store.</param>
    /// <param name="contents">The text. It may refer to sources and texts, not to outputs: those are not there yet.</param>
    /// <param name="settings">Null for <see cref="DerivationSettings.Default"/>.</param>
    /// <exception cref="DerivationException">The name is none, or the text refers to a derivation.</exception>
    public static TextFile Create(string name, NixString contents, DerivationSettings? settings = null)
    {
        var references = ImmutableArray.CreateBuilder<StoreObject>();
        foreach (var element in contents.Context)
        {
            // Also where nothing of the derivation is built: it would become valid before its references.
            if (element is not ContextElement.Opaque opaque)
            {
                throw new DerivationException(
                    $"The text file '{name}' must not refer to a derivation, but its text has '{element}' in its context; make the file in a derivation instead."
                );
            }
            references.Add(opaque.Item);
        }
        return Create(
            name,
            NixText.Bytes(contents.Text, $"the text file '{name}'"),
            references.ToImmutable(),
            (settings ?? DerivationSettings.Default).StoreDir
        );
    }

    /// <summary>A file with bytes that refer to nothing.</summary>
    /// <inheritdoc cref="Create(string, NixString, DerivationSettings?)"/>
    public static TextFile Create(string name, ReadOnlySpan<byte> contents, DerivationSettings? settings = null) =>
        Create(name, ByteString.FromBytes(contents), [], (settings ?? DerivationSettings.Default).StoreDir);

    private static TextFile Create(
        string name,
        ByteString contents,
        ImmutableArray<StoreObject> references,
        StoreDir storeDir
    )
    {
        if (references.FirstOrDefault(item => item.StoreDir != storeDir) is { } foreign)
        {
            throw new DerivationException(
                $"The text file '{name}' is for the store '{storeDir}', but refers to '{foreign.PrintedPath}' of another; use one store for both."
            );
        }
        try
        {
            return new TextFile(storeDir, StorePathName.Parse(name), contents, references);
        }
        catch (NixFormatException error)
        {
            throw new DerivationException($"The text file cannot be made: {error.Message}", error);
        }
    }
}
