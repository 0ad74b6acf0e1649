using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Farm.Http.Caches;
using Farm.Tests.Support;

namespace Farm.Tests.Http.Caches;

public sealed class CacheServerTests
{
    [Fact]
    public async Task Who_asks_too_often_is_told_to_wait()
    {
        await using var cache = await ServedCache.StartAsync(settings =>
            settings with
            {
                Limits = settings.Limits with { PerSecond = 1, Burst = 5 },
            }
        );
        var statuses = new List<HttpStatusCode>();
        for (var count = 0; count < 20; count++)
        {
            using var response = await cache.GetAsync("nix-cache-info");
            statuses.Add(response.StatusCode);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
                Assert.NotNull(response.Headers.RetryAfter);
        }
        Assert.Equal(Enumerable.Repeat(HttpStatusCode.OK, 5), statuses[..5]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    public void An_address_is_counted_as_whoever_has_it(string address, string counted) =>
        Assert.Equal(IPAddress.Parse(counted), RequestLimits.AddressOf(IPAddress.Parse(address)));

    [Fact]
    public async Task Each_request_leaves_a_line_that_a_client_cannot_break()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("access.log");
        await using (
            var cache = await ServedCache.StartAsync(settings => settings with { AccessLog = file }, takesUploads: true)
        )
        {
            using (await cache.GetAsync("nix-cache-info", ("User-Agent", "a \"quoted\" agent"))) { }
            using (await cache.GetAsync("a%0Ab?c=d")) { }
            await cache.PutAsync("nar/x.nar", [1]);
        }
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Equal(3, lines.Length);
        Assert.Matches(
            @"^127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] ""GET /nix-cache-info HTTP/1\.1"" 200 \d+ ""-"" ""a \\x22quoted\\x22 agent"" \d+\.\d{3}$",
            lines[0]
        );
        Assert.Contains("\"GET /a%0Ab?c=d HTTP/1.1\" 404 ", lines[1], StringComparison.Ordinal);
        Assert.Contains($" - {ServedCache.User} [", lines[2], StringComparison.Ordinal);
        Assert.DoesNotContain(ServedCache.Secret, string.Concat(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_of_a_client_is_what_a_trusted_proxy_says_and_nobody_else()
    {
        using var directory = new TemporaryDirectory();
        foreach (var isTrusted in new[] { true, false })
        {
            var file = directory.File($"access-{isTrusted}.log");
            await using (
                var cache = await ServedCache.StartAsync(settings =>
                    settings with
                    {
                        AccessLog = file,
                        Limits = settings.Limits with { TrustedProxies = isTrusted ? [IPAddress.Loopback] : [] },
                    }
                )
            )
            {
                using (await cache.GetAsync("nix-cache-info", ("X-Forwarded-For", "192.0.2.7"))) { }
            }
            Assert.Equal(
                isTrusted,
                (await File.ReadAllTextAsync(file)).StartsWith("192.0.2.7 ", StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public async Task HTTPS_uses_the_certificate_of_the_files_also_when_that_is_renewed()
    {
        using var directory = new TemporaryDirectory();
        var settings = new CacheTlsSettings(directory.File("cert.pem"), directory.File("key.pem"));
        Write(settings, "first", DateTime.UtcNow);
        await using var cache = await ServedCache.StartAsync(chosen => chosen with { Tls = settings });
        Assert.Equal("https", cache.Address.Scheme);
        Assert.Equal("CN=first", await SubjectAsync(cache));
        Write(settings, "second", DateTime.UtcNow.AddSeconds(5));
        Assert.Equal("CN=second", await SubjectAsync(cache));
        await File.WriteAllTextAsync(settings.CertificateFile, "nothing");
        Assert.Equal("CN=second", await SubjectAsync(cache));
    }

    [Fact]
    public void Settings_that_are_out_of_range_are_named()
    {
        foreach (
            var (key, value) in new[]
            {
                ("listen", "\"nowhere\""),
                ("compression", "lz4"),
                ("xz-level", "10"),
                ("sign", "some"),
                ("rate-limit.per-second", "-1"),
                ("trusted-proxies", "[proxy]"),
                ("memory", "5GiB"),
                ("tls.key-file", "/key"),
                ("uploads.max-nar-size", "0B"),
                ("uploads.credentials-file", "relative"),
            }
        )
        {
            var config = ConfigurationFactory.ParseString($"farm.cache.{key} = {value}");
            var refused = Assert.Throws<ArgumentException>(() => CacheSettings.From(config));
            Assert.Contains($"farm.cache.{key.Split('.')[0]}", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_the_settings_file_says_are_the_defaults()
    {
        var read = CacheSettings.From(ConfigurationFactory.ParseString(Conventions.SourceTree.Text("cluster.hocon")));
        var defaults = new CacheSettings();
        Assert.Equal(defaults with { Limits = read.Limits }, read);
        Assert.Equal(defaults.Limits with { TrustedProxies = read.Limits.TrustedProxies }, read.Limits);
    }

    private static void Write(CacheTlsSettings settings, string name, DateTime written)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
        File.WriteAllText(settings.KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(settings.CertificateFile, certificate.ExportCertificatePem());
        File.SetLastWriteTimeUtc(settings.KeyFile, written);
        File.SetLastWriteTimeUtc(settings.CertificateFile, written);
    }

    private static async Task<string> SubjectAsync(ServedCache cache)
    {
        string? subject = null;
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    subject = certificate?.Subject;
                    // It is signed by itself; everything else about it must be right.
                    return certificate is not null;
                },
            },
        };
        using var http = new HttpClient(handler);
        Assert.Contains(
            "StoreDir",
            await http.GetStringAsync(new Uri(cache.Address, "nix-cache-info")),
            StringComparison.Ordinal
        );
        return subject ?? "";
    }
}
