using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Farm.Cli;
using Farm.Cli.Terminals;
using Farm.Tests.Support;

namespace Farm.Tests.Cli.Commands.Stores;

/// <summary>The whole program on a store of its own, and the real Nix on the same store.</summary>
internal sealed partial class StoreProgram : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public StoreProgram() => Root = Directory.CreateDirectory(_directory.File("root")).FullName;

    /// <summary>Physical root of the store.</summary>
    public string Root { get; }

    /// <summary>Where the store is not.</summary>
    public string Work(string name) => _directory.File(name);

    /// <summary>Adds a text that refers to paths; answers its path.</summary>
    public async Task<string> AddTextAsync(string name, string text, params string[] references)
    {
        string[] arguments = ["add-text", name, .. references.SelectMany(path => new[] { "--reference", path })];
        var (code, path, error) = await RunAsync(arguments, Encoding.UTF8.GetBytes(text));
        Assert.Equal((ExitCode.Done, ""), (code, error));
        return path.Trim();
    }

    /// <summary>Files of every kind, with a subdirectory.</summary>
    public string Tree(string name, string words = "words")
    {
        var tree = Work(name);
        Directory.CreateDirectory(tree + "/bin");
        File.WriteAllText(tree + "/file", words);
        File.WriteAllText(tree + "/bin/run", "run!");
        File.SetUnixFileMode(tree + "/bin/run", (UnixFileMode)0x1ED);
        File.CreateSymbolicLink(tree + "/link", "file");
        return tree;
    }

    /// <summary>What <c>farm store</c> prints, when it has nothing to complain of.</summary>
    public async Task<string> DoneAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        Assert.Equal((ExitCode.Done, ""), (code, error));
        return output;
    }

    /// <summary>The document that <c>farm store</c> prints.</summary>
    public async Task<JsonElement> JsonAsync(params string[] arguments) =>
        JsonDocument.Parse(await DoneAsync([.. arguments, "--json"])).RootElement;

    /// <summary>Asserts that <c>farm store</c> refuses with one sentence that has a text in it.</summary>
    public async Task RefusedAsync(string reason, params string[] arguments)
    {
        var (code, _, error) = await RunAsync(arguments);
        Assert.Equal(ExitCode.Refused, code);
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // What is wrong with the words themselves is followed by where to read about them.
        var line = Assert.Single(lines, line => !line.StartsWith("Try 'farm ", StringComparison.Ordinal));
        Assert.StartsWith("farm: ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
    }

    /// <summary>The archive of a path.</summary>
    public async Task<byte[]> DumpAsync(string path)
    {
        using var raw = new MemoryStream();
        var terminal = new FarmTerminal(TextWriter.Null, raw, TextWriter.Null, false, false, false);
        Assert.Equal(ExitCode.Done, await FarmProgram.RunAsync(["store", "dump", path, "--store", Root], terminal));
        return raw.ToArray();
    }

    public async Task<(int Code, string Out, string Error)> RunAsync(string[] arguments, byte[]? input = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var raw = new MemoryStream();
        var terminal = new FarmTerminal(output, raw, error, IsLive: false, OutHasColour: false, ErrorHasColour: false)
        {
            RawIn = new MemoryStream(input ?? []),
        };
        var code = await FarmProgram.RunAsync(["store", .. arguments, "--store", Root], terminal);
        return (code, output + Encoding.UTF8.GetString(raw.ToArray()), $"{error}");
    }

    /// <summary>What <c>nix-store</c> prints.</summary>
    public async Task<string> NixStoreAsync(params string[] arguments)
    {
        using var nix = RealNix.OnStoreAt(Root);
        return await nix.RunAsync("nix-store", arguments, default);
    }

    /// <summary>What the newer <c>nix</c> prints, without colours.</summary>
    public async Task<string> NixAsync(params string[] arguments)
    {
        using var nix = RealNix.OnStoreAt(Root);
        string[] all = ["--extra-experimental-features", "nix-command", .. arguments];
        return Colours().Replace(await nix.RunAsync("nix", all, default), "");
    }

    public void Dispose() => _directory.Dispose();

    [GeneratedRegex(@"\e\[[0-9;]*m")]
    private static partial Regex Colours();
}
