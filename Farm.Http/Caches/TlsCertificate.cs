using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Farm.Store;
using Microsoft.Extensions.Logging;

namespace Farm.Http.Caches;

/// <summary>The certificate of a server, read again when its files have changed: certificates are renewed while servers run.</summary>
internal sealed partial class TlsCertificate
{
    private readonly CacheTlsSettings _settings;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private (DateTime Certificate, DateTime Key) _written;
    private SslStreamCertificateContext _context;

    private TlsCertificate(CacheTlsSettings settings, ILogger log)
    {
        (_settings, _log) = (settings, log);
        _written = Written();
        _context = Read();
    }

    /// <exception cref="StoreException.FileSystem">The files cannot be read, or hold no certificate and its key.</exception>
    public static TlsCertificate Load(CacheTlsSettings settings, ILogger log)
    {
        try
        {
            return new(settings, log);
        }
        catch (Exception cause) when (IsUnusable(cause))
        {
            throw new StoreException.FileSystem(settings.CertificateFile, "read the certificate and its key", cause);
        }
    }

    /// <summary>What the next connection is to be made with.</summary>
    public SslServerAuthenticationOptions Options()
    {
        lock (_gate)
        {
            var written = Written();
            if (written != _written)
            {
                _written = written;
                Renew();
            }
            return new() { ServerCertificateContext = _context };
        }
    }

    private void Renew()
    {
        try
        {
            _context = Read();
            Renewed(_log, _settings.CertificateFile);
        }
        catch (Exception cause) when (IsUnusable(cause))
        {
            Unusable(_log, _settings.CertificateFile, cause.Message);
        }
    }

    private SslStreamCertificateContext Read()
    {
        var certificate = X509Certificate2.CreateFromPemFile(_settings.CertificateFile, _settings.KeyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_settings.CertificateFile);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private (DateTime, DateTime) Written() =>
        (File.GetLastWriteTimeUtc(_settings.CertificateFile), File.GetLastWriteTimeUtc(_settings.KeyFile));

    private static bool IsUnusable(Exception cause) =>
        cause is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    [LoggerMessage(5120, Microsoft.Extensions.Logging.LogLevel.Information, "The certificate {File} was read again")]
    private static partial void Renewed(ILogger logger, string file);

    [LoggerMessage(
        5121,
        Microsoft.Extensions.Logging.LogLevel.Error,
        "The certificate {File} has changed and cannot be used, the one before is kept: {Reason}"
    )]
    private static partial void Unusable(ILogger logger, string file, string reason);
}
