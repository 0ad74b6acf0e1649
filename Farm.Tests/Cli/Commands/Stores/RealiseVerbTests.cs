using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Farm.Cli;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Store.BinaryCaches;

namespace Farm.Tests.Cli.Commands.Stores;

/// <summary><c>farm store realise</c>.</summary>
public sealed class RealiseVerbTests : IDisposable
{
    private static readonly string s_path = $"/nix/store/{CacheServer.PathOf("file")}";

    private readonly StoreProgram _program = new();

    [Fact]
    public async Task What_a_cache_has_is_fetched_with_what_it_refers_to_and_once()
    {
        using var source = new StoreProgram();
        var dependency = await source.AddTextAsync("dependency", "text");
        var path = await source.AddTextAsync("note", "text", dependency);
        var cache = $"file://{source.Work("cache")}";
        await source.DoneAsync("copy", "--to", cache, path);
        string[] realise = ["realise", "--quiet", "--substituter", cache, path];

        var (code, listed, error) = await _program.RunAsync([.. realise, "--dry-run"]);
        Assert.Equal((ExitCode.Done, $"{dependency}\n{path}\n"), (code, listed));
        Assert.Contains("2 paths would be fetched", error, StringComparison.Ordinal);
        await _program.RefusedAsync("not valid", "query", "--info", path);
        Assert.Equal($"{dependency}\n{path}\n", await _program.DoneAsync(realise));
        await _program.DoneAsync("query", "--info", path, dependency);
        Assert.Equal("", await _program.DoneAsync(realise));
        Assert.Equal(0, (await _program.JsonAsync(realise)).GetArrayLength());
    }

    [Fact]
    public async Task A_question_can_have_what_it_is_about_fetched_first()
    {
        using var source = new StoreProgram();
        var path = await source.AddTextAsync("note", "text");
        var cache = $"file://{source.Work("cache")}";
        await source.DoneAsync("copy", "--to", cache, path);
        var settings = _program.Work("farm.hocon");
        await File.WriteAllTextAsync(settings, $"farm.store.substituters = [\"{cache}\"]");
        await _program.AddTextAsync("other", "text");
        string[] size = ["query", "--size", "--config", settings, path];
        await _program.RefusedAsync("not valid", size);
        Assert.Equal("120\n", await _program.DoneAsync([.. size, "--force-realise"]));
        Assert.Equal("120\n", await _program.DoneAsync("query", "-f", "--size", path));
        string[] elsewhere = ["query", "-f", "--size", "--config", settings, s_path];
        await _program.RefusedAsync("no cache has it", elsewhere);
    }

    [Theory]
    [InlineData("no binary cache is configured", "/nix/store/ccanbp0brs758hic2z1krdbv17y2rf98-x")]
    [InlineData("ftp://x", "--substituter", "ftp://x", "/nix/store/ccanbp0brs758hic2z1krdbv17y2rf98-x")]
    [InlineData("nonsense", "--substituter", "file:///nowhere/cache", "nonsense")]
    [InlineData("no cache has it", "--substituter", "file:///nowhere", "/nix/store/ccanbp0brs758hic2z1krdbv17y2rf98-x")]
    [InlineData("argument missing")]
    public Task Bad_input_is_refused_in_one_sentence(string reason, params string[] arguments) =>
        _program.RefusedAsync(reason, ["realise", .. arguments]);

    [Fact]
    public async Task What_nobody_trusted_has_signed_is_refused_and_so_is_another_content()
    {
        await using var server = await CacheServer.StartAsync();
        server.Add("file", NarTexts.File("text"u8.ToArray()));
        await _program.RefusedAsync("no trusted key", "realise", "--substituter", server.Address, s_path);
        server.Serve("nar/file", NarTexts.File("else"u8.ToArray()));
        var (code, _, error) = await _program.RunAsync([
            "realise",
            "--quiet",
            "--substituter",
            $"{server.Address}?trusted=1",
            s_path,
        ]);
        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains($"farm: '{s_path}' cannot be fetched", error, StringComparison.Ordinal);
        await _program.RefusedAsync("not valid", "query", "--info", s_path);
    }

    [Fact]
    public async Task Certificate_that_nobody_signed_is_refused_until_it_is_trusted()
    {
        using var certificate = SelfSigned();
        await using var server = await CacheServer.StartAsync(certificate: certificate);
        server.Add("file", NarTexts.File("text"u8.ToArray()));
        var file = _program.Work("certificate.pem");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());

        var (code, error) = await RealiseAsync(server, null);
        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains("certificate", error, StringComparison.Ordinal);
        Assert.Contains("SSL_CERT_FILE", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (code, error) = await RealiseAsync(server, file);
        Assert.True(code == ExitCode.Done, error);
        await _program.DoneAsync("query", "--info", s_path);
    }

    public void Dispose() => _program.Dispose();

    /// <summary>In a process of its own: certificates are read once in each.</summary>
    private async Task<(int Code, string Error)> RealiseAsync(CacheServer server, string? certificates)
    {
        string[] arguments = ["store", "realise", "--quiet", "--store", _program.Root];
        var start = ProgramUnderTest.Start(
            _program.Work(""),
            [.. arguments, "--substituter", $"{server.Address}?trusted=1", s_path]
        );
        start.Environment.Remove("SSL_CERT_FILE");
        if (certificates is not null)
            start.Environment["SSL_CERT_FILE"] = certificates;
        using var process = System.Diagnostics.Process.Start(start)!; // It is started anew each time.
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        await output;
        return (process.ExitCode, await error);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=cache", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        // Kestrel wants the key in the certificate's own storage.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
