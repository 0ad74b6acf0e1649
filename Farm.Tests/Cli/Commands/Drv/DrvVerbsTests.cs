using System.Text.Json.Nodes;
using Farm.Cli;
using Farm.Cli.Terminals;
using Farm.Derivations;
using Farm.Tests.Support;

namespace Farm.Tests.Cli.Commands.Drv;

public sealed class DrvVerbsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Import_prints_the_attributes_with_their_contexts()
    {
        var made = Make("one", ["out", "dev"]);
        var file = Assert.Single(await Instantiation.WriteAsync(_directory.File("root"), [made], default));

        var set = JsonNode.Parse(await PrintedAsync("drv", "import", file))!;

        Assert.Equal("derivation", (string?)set["type"]);
        Assert.Equal("one", (string?)set["name"]);
        // The first in byte order, as with import.
        Assert.Equal("dev", (string?)set["outputName"]);
        Assert.Equal(made.File.PrintedPath, (string?)set["drvPath"]!["text"]);
        Assert.True((bool)set["drvPath"]!["context"]![made.File.PrintedPath]!["allOutputs"]!);
        Assert.Equal(made.OutPath.UnsafeDiscardContext(), (string?)set["outputs"]!["out"]!["outPath"]!["text"]);
        Assert.Equal("out", (string?)JsonNode.Parse(await PrintedAsync("drv", "import", $"{file}^out"))!["outputName"]);
    }

    [Fact]
    public async Task Closure_prints_everything_after_what_it_refers_to()
    {
        var one = Make("one", ["out"]);
        var two = Make("two", ["out"], one);
        var file = Assert.Single(await Instantiation.WriteAsync(_directory.File("root"), [two], default));

        Assert.Equal($"{one.File.PrintedPath}\n{two.File.PrintedPath}\n", await PrintedAsync("drv", "closure", file));
        var documents = JsonNode.Parse(await PrintedAsync("drv", "closure", "--json", file))!.AsArray();
        Assert.Equal(one.File.PrintedPath, (string?)documents[1]!["references"]![0]);
    }

    [Fact]
    public async Task Diff_tells_the_cause_and_not_what_follows_from_it()
    {
        var (before, after) = (Make("one", ["out"]), Make("one", ["out", "dev"]));
        var files = await Instantiation.WriteAsync(
            _directory.File("root"),
            [Make("two", ["out"], before), Make("two", ["out"], after)],
            default
        );

        var printed = await PrintedAsync("drv", "diff", files[0], files[1]);

        Assert.Equal(
            $"""
            {before.File.PrintedPath} -> {after.File.PrintedPath}
              output dev
                + by inputs
              variable dev
                + {after.Dev.OutPath.UnsafeDiscardContext()}
              variable outputs
                - out
                + out dev

            """,
            printed
        );
        Assert.Equal("", await PrintedAsync("drv", "diff", files[0], files[0]));
    }

    [Fact]
    public async Task A_derivation_that_is_not_there_is_refused_with_a_sentence()
    {
        var absent = "/nix/store/00000000000000000000000000000000-absent.drv";
        Directory.CreateDirectory(_directory.File("empty"));
        using var errors = new StringWriter();
        var terminal = new FarmTerminal(TextWriter.Null, Stream.Null, errors, false, false, false);

        var code = await FarmProgram.RunAsync(["drv", "closure", "--from", _directory.File("empty"), absent], terminal);

        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains("There is no store on this machine", $"{errors}", StringComparison.Ordinal);
    }

    private static Derivation Make(string name, string[] outputs, Derivation? input = null) =>
        Derivation.Create(
            new()
            {
                Name = name,
                Builder = "/bin/sh",
                Outputs = outputs,
                IgnoreNulls = true,
                Attributes = new() { ["input"] = input },
            }
        );

    private static async Task<string> PrintedAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var terminal = new FarmTerminal(output, Stream.Null, errors, false, false, false);
        var code = await FarmProgram.RunAsync(arguments, terminal);
        Assert.True(code == ExitCode.Done, $"{errors}");
        return $"{output}";
    }
}
