using Farm.Cli;
using Farm.Cli.Terminals;
using Farm.Tests.Http;
using Farm.Tests.Support;

namespace Farm.Tests.Cli.Commands.Stores;

/// <summary>The verbs of <c>farm store</c> that sign paths and move them between stores.</summary>
public sealed class TransferVerbsTests : IDisposable
{
    private readonly StoreProgram _program = new();

    [Fact]
    public async Task A_key_is_made_once_signs_paths_and_shows_its_public_half()
    {
        var path = await _program.AddTextAsync("note", "text");
        var file = _program.Work("key");
        var made = await _program.DoneAsync("keygen", "test-1", file);
        Assert.StartsWith("test-1:", made, StringComparison.Ordinal);
        Assert.Equal(made, await _program.DoneAsync("public-key", file));
        await _program.RefusedAsync("key", "keygen", "test-1", file);
        Assert.Equal("", await _program.DoneAsync("sign", "--key", file, path));
        await _program.DoneAsync("sign", "--key", file, "--all");
        var signatures = (await _program.JsonAsync("query", "--info", path))[0].GetProperty("signatures");
        Assert.Equal(1, signatures.GetArrayLength());
        Assert.StartsWith("test-1:", signatures[0].GetString(), StringComparison.Ordinal);
        await _program.RefusedAsync("either paths or --all", "sign", "--key", file);
    }

    [Fact]
    public async Task Signatures_are_copied_from_stores_that_have_the_same_contents()
    {
        var dependency = await _program.AddTextAsync("dependency", "text");
        var path = await _program.AddTextAsync("note", "text", dependency);
        var cache = $"file://{_program.Work("cache")}?compression=none";
        await _program.DoneAsync("copy", "--to", cache, path);
        Assert.Equal("", await _program.DoneAsync("copy-sigs", "-s", cache, "--all"));

        using var other = new StoreProgram();
        await other.DoneAsync("copy", "--from", cache, path);
        var key = _program.Work("key");
        await _program.DoneAsync("keygen", "test-1", key);
        await _program.DoneAsync("sign", "--key", key, "--all");
        Assert.Equal($"{path}\n", await other.DoneAsync("copy-sigs", "-s", cache, "-s", _program.Root, path));
        Assert.Equal(1, (await other.JsonAsync("copy-sigs", "-s", _program.Root, "-r", path)).GetArrayLength());
        Assert.Equal("", await other.DoneAsync("copy-sigs", "-s", _program.Root, "--all"));
        var infos = await other.JsonAsync("query", "--info", path, dependency);
        Assert.All(
            infos.EnumerateArray(),
            info =>
                Assert.StartsWith("test-1:", info.GetProperty("signatures")[0].GetString(), StringComparison.Ordinal)
        );
        await other.RefusedAsync("--substituter", "copy-sigs", path);
    }

    [Fact]
    public async Task Paths_go_through_an_export_into_another_store()
    {
        var dependency = await _program.AddTextAsync("dependency", "text");
        var path = await _program.AddTextAsync("note", "text", dependency);
        using var raw = new MemoryStream();
        var terminal = new FarmTerminal(TextWriter.Null, raw, TextWriter.Null, false, false, false);
        string[] arguments = ["store", "export", "-r", path, "--store", _program.Root];
        Assert.Equal(ExitCode.Done, await FarmProgram.RunAsync(arguments, terminal));
        var file = _program.Work("stream");
        await File.WriteAllBytesAsync(file, raw.ToArray());

        using var other = new StoreProgram();
        Assert.Equal($"{dependency}\n{path}\n", await other.DoneAsync("import", file));
        Assert.Equal(2, (await other.JsonAsync("import", file)).GetArrayLength());
        await other.RefusedAsync("is longer than 10 bytes", "import", file, "--max-nar-size", "10");
        await File.WriteAllBytesAsync(file, raw.ToArray()[..^8]);
        await other.RefusedAsync("cut off", "import", file);
    }

    [Fact]
    public async Task Closures_are_copied_through_a_cache_and_unsigned_paths_are_refused()
    {
        var dependency = await _program.AddTextAsync("dependency", "text");
        var path = await _program.AddTextAsync("note", "text", dependency);
        var cache = $"file://{_program.Work("cache")}?compression=zstd";
        Assert.StartsWith(
            "2 paths copied",
            await _program.DoneAsync("copy", "--to", cache, path),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "0 paths copied",
            await _program.DoneAsync("copy", "--to", cache, "--all"),
            StringComparison.Ordinal
        );

        using var other = new StoreProgram();
        var copied = await other.JsonAsync("copy", "--from", cache, path);
        Assert.Equal([dependency, path], copied.EnumerateArray().Select(item => item.GetString()));
        await other.RefusedAsync("name the paths", "copy", "--from", cache, "--all");
        await other.RefusedAsync("--from or --to", "copy", path);
        Assert.StartsWith(
            "0 paths copied",
            await other.DoneAsync("copy", "--from", _program.Root, "--all"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Closures_are_copied_to_and_from_a_running_node()
    {
        var dependency = await _program.AddTextAsync("dependency", "text");
        var path = await _program.AddTextAsync("note", "text", dependency);
        await using var node = await StoreServer.StartAsync();
        var address = node.Address.ToString();
        Assert.StartsWith(
            "2 paths copied",
            await _program.DoneAsync("copy", "--to", address, path),
            StringComparison.Ordinal
        );
        Assert.Equal(2, (await node.Store.AllValidAsync(default)).Count);
        Assert.StartsWith(
            "0 paths copied",
            await _program.DoneAsync("copy", "--to", address, path),
            StringComparison.Ordinal
        );

        using var other = new StoreProgram();
        Assert.StartsWith(
            "2 paths copied",
            await other.DoneAsync("copy", "--from", address, path),
            StringComparison.Ordinal
        );
        await other.DoneAsync("verify-path", path, dependency);
    }

    [Fact]
    public async Task What_is_recorded_goes_out_as_text_and_comes_in_again()
    {
        var dependency = await _program.AddTextAsync("dependency", "text");
        var path = await _program.AddTextAsync("note", "text", dependency);
        var text = await _program.DoneAsync("dump-db");
        Assert.StartsWith(
            string.CompareOrdinal(path, dependency) < 0 ? path : dependency,
            text,
            StringComparison.Ordinal
        );
        using var other = new StoreProgram();
        var file = other.Work("text");
        await File.WriteAllTextAsync(file, text);
        await other.RefusedAsync("store path", "register-validity", file);
        await other.DoneAsync("load-db", file);
        Assert.Equal(text, await other.DoneAsync("dump-db", path, dependency));
        await other.DoneAsync("register-validity", "--hash-given", file);
    }

    [Fact]
    public async Task Closures_are_made_content_addressed()
    {
        var dependency = await _program.AddTextAsync("dependency", "text");
        var path = await _program.AddTextAsync("note", dependency, dependency);
        var made = (await _program.DoneAsync("make-content-addressed", path)).Trim();
        var info = (await _program.JsonAsync("query", "--info", made))[0];
        Assert.StartsWith("fixed:r:sha256:", info.GetProperty("ca").GetString(), StringComparison.Ordinal);
        var reference = info.GetProperty("references")[0].GetString();
        Assert.Equal(reference, await _program.DoneAsync("cat", made));
        Assert.NotEqual(dependency, reference);
    }

    [RequiresNixFact]
    public async Task Real_Nix_takes_what_we_copied_to_a_cache_and_signed()
    {
        var path = await _program.AddTextAsync("note", "text");
        var key = _program.Work("key");
        var publicKey = (await _program.DoneAsync("keygen", "test-1", key)).Trim();
        await _program.DoneAsync("sign", "--key", key, path);
        var cache = $"file://{_program.Work("cache")}";
        await _program.DoneAsync("copy", "--to", cache, path);
        using var nix = new RealNix();
        await nix.RunAsync(
            "nix",
            [
                "--extra-experimental-features",
                "nix-command",
                "copy",
                "--option",
                "trusted-public-keys",
                publicKey,
                "--from",
                cache,
                "--to",
                nix.Root,
                path,
            ],
            default
        );
        await nix.RunAsync("nix-store", ["--verify", "--check-contents"], default);
    }

    public void Dispose() => _program.Dispose();
}
