using System.Collections.Immutable;

namespace Farm.Store.Signing;

/// <summary>Whose signatures a store believes, and what it signs with. Source: <c>farm.store</c> in the configuration; names and
/// defaults are Nix's.</summary>
public sealed record SigningSettings
{
    private const string Section = "farm.store";

    /// <summary>The key of cache.nixos.org, which Nix trusts unless it is told otherwise.</summary>
    private const string DefaultKey = "cache.nixos.org-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY=";

    public static SigningSettings Default { get; } = new();

    /// <summary>In the order in which they are looked up.</summary>
    public ImmutableArray<PublicKey> TrustedPublicKeys { get; init; } = [PublicKey.Parse(DefaultKey)];

    /// <summary>Files of secret keys that sign what is built here; their public keys are trusted too.</summary>
    public ImmutableArray<string> SecretKeyFiles { get; init; } = [];

    /// <summary>Whether paths from elsewhere need a signature by a trusted key, unless they are addressed by their content.</summary>
    public bool RequireSignatures { get; init; } = true;

    /// <exception cref="ArgumentException">A value is malformed; the message names the key.</exception>
    public static SigningSettings From(Config config) =>
        new()
        {
            TrustedPublicKeys = config.HasPath($"{Section}.trusted-public-keys")
                ? [.. config.GetStringList($"{Section}.trusted-public-keys").Select(Key)]
                : Default.TrustedPublicKeys,
            SecretKeyFiles = config.HasPath($"{Section}.secret-key-files")
                ? [.. config.GetStringList($"{Section}.secret-key-files")]
                : [],
            RequireSignatures = config.GetBoolean($"{Section}.require-sigs", true),
        };

    private static PublicKey Key(string text)
    {
        try
        {
            return PublicKey.Parse(text);
        }
        catch (NixFormatException cause)
        {
            throw new ArgumentException($"{Section}.trusted-public-keys has '{text}': {cause.Message}", cause);
        }
    }
}
