namespace Farm.Http.Caches;

/// <summary>What a binary cache proves its name with.</summary>
/// <param name="CertificateFile">PEM: its certificate, then those between it and the root.</param>
/// <param name="KeyFile">PEM: the private key of the first.</param>
public sealed record CacheTlsSettings(string CertificateFile, string KeyFile)
{
    private const string Section = "farm.cache.tls";

    /// <returns>Null for HTTP without TLS.</returns>
    /// <exception cref="ArgumentException">Only one of the files is named.</exception>
    public static CacheTlsSettings? From(Config config)
    {
        var certificate = config.GetString($"{Section}.certificate-file", "") ?? "";
        var key = config.GetString($"{Section}.key-file", "") ?? "";
        return (certificate.Length, key.Length) switch
        {
            (0, 0) => null,
            (> 0, > 0) => new(certificate, key),
            _ => throw new ArgumentException(
                $"{Section} needs both certificate-file and key-file, or neither; only one of them is set."
            ),
        };
    }
}
