using System.Diagnostics;
using System.Text.Json;
using Farm.Cli;
using Farm.Cli.Terminals;
using Farm.Tests.Support;

namespace Farm.Tests.Cli.Commands.Stores;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _root;
    private readonly string _other;

    public VerifyCommandTests()
    {
        _root = Directory.CreateDirectory(_directory.File("root")).FullName;
        _other = Directory.CreateDirectory(_directory.File("other")).FullName;
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Damage_is_told_with_exit_code_1_and_repaired_from_another_store()
    {
        Directory.CreateDirectory(_directory.File("tree"));
        await File.WriteAllTextAsync(_directory.File("tree/a"), "contents");
        var (_, path) = await RunAsync(_root, "add", _directory.File("tree"));
        await RunAsync(_other, "add", _directory.File("tree"));
        Assert.Equal((0, "1 paths\n"), await RunAsync(_root, "verify"));
        Damage(_root + path.Trim() + "/a");

        Assert.Equal(0, (await RunAsync(_root, "verify")).Code);
        var (code, told) = await RunAsync(_root, "verify", "--check-contents");
        Assert.Equal(1, code);
        Assert.Contains($"'{path.Trim()}' has changed", told, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync(_root, "repair", path.Trim())).Code);

        var (repaired, document) = await RunAsync(
            _root,
            "verify",
            "--check-contents",
            "--repair",
            "--from",
            _other,
            "--json"
        );
        Assert.Equal(0, repaired);
        using var json = JsonDocument.Parse(document);
        Assert.False(json.RootElement.GetProperty("hasErrors").GetBoolean());
        Assert.Equal(2, json.RootElement.GetProperty("findings").GetArrayLength());
        Assert.Equal("contents", await File.ReadAllTextAsync(_root + path.Trim() + "/a"));

        Damage(_root + path.Trim() + "/a");
        Assert.Equal((0, $"{path.Trim()} repaired\n"), await RunAsync(_root, "repair", path.Trim(), "--from", _other));
        Assert.Equal(0, (await RunAsync(_root, "verify", "--check-contents")).Code);
    }

    [RequiresNixFact]
    public async Task A_repair_asks_the_configured_substituters()
    {
        await File.WriteAllTextAsync(_directory.File("file"), "contents");
        var path = (await RunAsync(_root, "add", _directory.File("file"))).Out.Trim();
        using (var nix = RealNix.OnStoreAt(_root))
        {
            string[] copy = ["--extra-experimental-features", "nix-command", "copy", "--to"];
            await nix.RunAsync("nix", [.. copy, $"file://{_directory.File("cache")}", path], default);
        }
        var config = _directory.File("farm.hocon");
        await File.WriteAllTextAsync(config, $"farm.store.substituters = [\"file://{_directory.File("cache")}\"]");

        Damage(_root + path);
        Assert.Equal((0, $"{path} repaired\n"), await RunAsync(_root, "repair", path, "--config", config));
        Damage(_root + path);
        var (code, told) = await RunAsync(_root, "verify", "--check-contents", "--repair", "--config", config);
        Assert.Equal(0, code);
        Assert.Contains("; mended", told, StringComparison.Ordinal);
        Assert.Equal("contents", await File.ReadAllTextAsync(_root + path));
    }

    private static async Task<(int Code, string Out)> RunAsync(string root, params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        using var raw = new MemoryStream();
        var terminal = new FarmTerminal(output, raw, errors, IsLive: false, OutHasColour: false, ErrorHasColour: false);
        var code = await FarmProgram.RunAsync(["store", "--store", root, .. arguments], terminal);
        return (code, output.ToString());
    }

    private static void Damage(string file)
    {
        using var process = Process.Start(
            "/bin/sh",
            [
                "-c",
                $"chattr -f -i '{file}'; chmod u+w '{file}'; printf X | dd of='{file}' conv=notrunc status=none; chmod 444 '{file}'; touch -d @1 '{file}'; if [ $(id -u) = 0 ]; then chattr -f +i '{file}'; fi; true",
            ]
        );
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
