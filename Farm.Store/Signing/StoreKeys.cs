using System.Collections.Immutable;
using System.Text;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;

namespace Farm.Store.Signing;

/// <summary>The keys of one store: those it signs with, and those it believes.</summary>
public sealed class StoreKeys
{
    private readonly ImmutableArray<SecretKey> _secrets;

    private StoreKeys(ImmutableArray<SecretKey> secrets, SigningSettings settings)
    {
        _secrets = secrets;
        Trusted = TrustedKeys.Of([.. settings.TrustedPublicKeys, .. secrets.Select(secret => secret.PublicKey)]);
        RequiresSignatures = settings.RequireSignatures;
    }

    /// <summary>Configured public keys, then those that belong to the secret keys.</summary>
    public TrustedKeys Trusted { get; }

    /// <summary>Whether what comes from elsewhere needs a signature.</summary>
    public bool RequiresSignatures { get; }

    /// <summary>Reads the key files.</summary>
    /// <exception cref="StoreException.FileSystem">One cannot be read.</exception>
    /// <exception cref="NixFormatException">One holds no secret key.</exception>
    public static async Task<StoreKeys> LoadAsync(SigningSettings settings, CancellationToken ct)
    {
        var secrets = ImmutableArray.CreateBuilder<SecretKey>();
        foreach (var file in settings.SecretKeyFiles)
            secrets.Add(await KeyFile.ReadSecretAsync(file, ct).ConfigureAwait(false));
        return new(secrets.ToImmutable(), settings);
    }

    /// <summary>The info with a signature by each secret key added.</summary>
    public PathInfo Sign(StoreDir storeDir, PathInfo info) =>
        _secrets.IsEmpty
            ? info
            : info with
            {
                Signatures = info.Signatures.Union(_secrets.Select(secret => secret.Sign(storeDir, info))),
            };

    /// <summary>Signatures of a text, one by each secret key.</summary>
    public ImmutableArray<string> Sign(string text) => [.. _secrets.Select(secret => secret.Sign(text))];

    /// <summary>The realisation with a signature by each secret key added.</summary>
    public Realisation Sign(Realisation realisation) =>
        _secrets.Aggregate(realisation, (signed, secret) => signed.Sign(secret));

    /// <summary>Whether a realisation that comes from elsewhere may be believed: a trusted key signed it, or none has to.</summary>
    /// <exception cref="NixFormatException">A signature by a trusted key's name has not 64 bytes.</exception>
    public bool Believes(Realisation realisation)
    {
        if (!RequiresSignatures)
            return true;
        var text = Encoding.UTF8.GetBytes(RealisationJson.Fingerprint(realisation));
        return realisation.Signatures.Any(signature => Trusted.Verify(text, signature));
    }

    /// <summary>Refuses what is said of a path that comes from elsewhere, unless it is signed or needs no signature.</summary>
    /// <exception cref="StoreException.Untrusted">No trusted key signed it, and it is not addressed by its content.</exception>
    public void Check(StoreDir storeDir, PathInfo info)
    {
        if (RequiresSignatures && !Trusted.Verify(storeDir, info))
            throw new StoreException.Untrusted(storeDir.Print(info.Path));
    }
}
