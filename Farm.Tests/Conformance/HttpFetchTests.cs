using Farm.Tests.Store.BinaryCaches;

namespace Farm.Tests.Conformance;

/// <summary><c>builtin:fetchurl</c> from a server: real Nix 2.8 and Farm come to the same.</summary>
public sealed class HttpFetchTests
{
    private const string Hello = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    private const string ExecutableHello = "sha256-nPgU+RLrmtRn2kdwJzkyQwL4jyzGNcs+Sdg8PgHVo94=";
    private const string RecursiveHello = "sha256-CkMIecJm+LV/QJKg+TXPP6zUi7zN5XYNR0jKQFFx6Wk=";

    [ConformanceTheory]
    [InlineData("hello", "flat", Hello, "", Ending.Built)]
    [InlineData("moved", "flat", Hello, "", Ending.Built)]
    [InlineData("hello", "recursive", ExecutableHello, "executable = true;", Ending.Built)]
    [InlineData("hello.nar.xz", "recursive", RecursiveHello, "unpack = true;", Ending.Built)]
    [InlineData("other", "flat", Hello, "", Ending.HashMismatch)]
    [InlineData("nothing", "flat", Hello, "", Ending.BuilderFailed)]
    public async Task What_a_server_has_is_fetched_as_by_Nix(
        string file,
        string mode,
        string hash,
        string attributes,
        Ending ending
    )
    {
        await using var server = await CacheServer.StartAsync();
        server.Serve("hello", "hello"u8.ToArray());
        server.Serve("other", "other"u8.ToArray());
        server.Serve("hello.nar.xz", CacheServer.Compress(NarTexts.File("hello"u8.ToArray()), "xz"));
        server.Files["moved"] = context =>
        {
            context.Response.Redirect("/hello");
            return Task.CompletedTask;
        };
        var one = new ConformanceCase(
            "fetched",
            $$"""builtin "fetchurl" { url = "{{server.Address}}/{{file}}"; outputHash = "{{hash}}"; outputHashMode = "{{mode}}"; outputHashAlgo = "sha256"; {{attributes}} }"""
        )
        {
            NixOptions = ["--option", "download-attempts", "1"],
        };
        using var nix = new NixSide();
        await nix.InstantiateAsync([one], CancellationToken.None);
        await using var farm = await FarmSide.OpenAsync(nix);
        var ofNix = await nix.BuildAsync(one, CancellationToken.None);
        var ofFarm = await farm.BuildAsync(one, nix.DerivationOf(one), CancellationToken.None);
        Assert.True((ofNix.Ending, ofFarm.Ending) == (ending, ending), $"{ofNix.Evidence}\n{ofFarm.Evidence}");
        Assert.Equal(ofNix.Facts, ofFarm.Facts);
    }
}
