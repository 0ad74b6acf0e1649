using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Derivations.Making;

/// <summary>The attributes that say how outputs are addressed by content.</summary>
internal sealed class HashAttributes(string derivation, NixDialect dialect)
{
    private string? _hash;
    private string _algorithm = "";
    private ContentAddressMethod? _method;

    public static bool IsOne(string name) => name is "outputHash" or "outputHashAlgo" or "outputHashMode";

    /// <summary>Takes an attribute if it is one of these.</summary>
    /// <exception cref="DerivationException">The mode is unknown.</exception>
    public void TryTake(string name, string value)
    {
        if (name == "outputHash")
            _hash = value;
        else if (name == "outputHashAlgo")
            _algorithm = value;
        else if (name == "outputHashMode")
            _method = Method(value);
    }

    /// <returns>Null where outputs are addressed by inputs.</returns>
    /// <exception cref="DerivationException">The attributes do not go together, or the hash is none.</exception>
    public GivenAddressing? Addressing(ImmutableArray<string> outputs, bool isContentAddressed, bool isImpure)
    {
        try
        {
            if (_hash is { } hash)
            {
                if (outputs is not ["out"])
                {
                    throw new DerivationException(
                        $"The derivation '{derivation}' has a fixed hash, so 'out' must be its only output; it has {string.Join(", ", outputs)}."
                    );
                }
                return new GivenAddressing.Fixed(
                    ContentAddress.Create(_method ?? ContentAddressMethod.Flat, Hash(hash))
                );
            }
            if (!isContentAddressed && !isImpure)
                return null;
            if (isContentAddressed && isImpure)
                throw new DerivationException(
                    $"The derivation '{derivation}' cannot be both content-addressed and impure."
                );
            var how = MethodAlgorithm.Create(_method ?? ContentAddressMethod.Nar, Algorithm() ?? HashAlgorithm.Sha256);
            return new GivenAddressing.Floating(how, isImpure);
        }
        catch (NixFormatException error)
        {
            throw new DerivationException($"The hash of the derivation '{derivation}' is none: {error.Message}", error);
        }
    }

    private Hash Hash(string text)
    {
        var algorithm = Algorithm();
        if (text.Length > 0)
            return Farm.Store.Hashing.Hash.Parse(text, algorithm);
        // Whoever does not know the hash yet leaves it empty; the build then tells the right one.
        return Farm.Store.Hashing.Hash.Zero(
            algorithm
                ?? throw new DerivationException(
                    $"The hash of '{derivation}' is empty, so 'outputHashAlgo' must tell its algorithm."
                )
        );
    }

    private HashAlgorithm? Algorithm() =>
        _algorithm.Length == 0 ? null
        : HashText.TryParseAlgorithm(_algorithm, out var algorithm) ? algorithm
        // Nix 2.8 passes over a name that it does not know; the hash may name its algorithm itself.
        : dialect == NixDialect.Nix28 ? null
        : HashText.ParseAlgorithm(_algorithm);

    private ContentAddressMethod Method(string mode) =>
        (mode, dialect) switch
        {
            ("flat", _) => ContentAddressMethod.Flat,
            ("recursive", _) or ("nar", NixDialect.Current) => ContentAddressMethod.Nar,
            ("text", NixDialect.Current) => ContentAddressMethod.Text,
            ("git", NixDialect.Current) => ContentAddressMethod.Git,
            _ => throw new DerivationException(
                $"'{mode}' is no 'outputHashMode' of '{derivation}'; use flat or recursive."
            ),
        };
}
