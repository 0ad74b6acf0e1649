using System.Diagnostics;
using Farm.Cli;
using Farm.Cli.Terminals;
using Farm.Tests.Support;

namespace Farm.Tests.Cli.Commands;

public sealed class CompletionsCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData("store que", "query")]
    [InlineData("store query --req", "--requisites")]
    [InlineData("comp", "completions")]
    [InlineData("store diff", "diff-closures")]
    public async Task Bash_completes_verbs_and_options(string typed, string expected)
    {
        var script = _directory.File("farm.bash");
        await File.WriteAllTextAsync(script, await PrintedAsync("bash"));
        string[] words = ["farm", .. typed.Split(' ')];
        var line = string.Join(' ', words);
        var asked =
            $"source {script}; COMP_LINE='{line}'; COMP_POINT={line.Length}; COMP_WORDS=({line}); "
            + $"COMP_CWORD={words.Length - 1}; _farm; echo \"${{COMPREPLY[*]}}\"";
        var start = new ProcessStartInfo("bash", ["--norc", "-c", asked]) { RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{AppContext.BaseDirectory}:{start.Environment["PATH"]}";
        using var bash = Process.Start(start)!;
        var completed = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.Equal(expected + "\n", completed);
    }

    [Theory]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task The_other_shells_have_scripts_that_ask_the_program(string shell) =>
        Assert.Contains("farm \"[suggest:", await PrintedAsync(shell), StringComparison.Ordinal);

    public void Dispose() => _directory.Dispose();

    private static async Task<string> PrintedAsync(string shell)
    {
        using var output = new StringWriter();
        var terminal = new FarmTerminal(output, Stream.Null, TextWriter.Null, false, false, false);
        Assert.Equal(ExitCode.Done, await FarmProgram.RunAsync(["completions", shell], terminal));
        return $"{output}";
    }
}
