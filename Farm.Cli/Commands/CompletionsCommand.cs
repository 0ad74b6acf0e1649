using System.CommandLine;

namespace Farm.Cli.Commands;

/// <summary><c>farm completions</c>: what makes a shell complete verbs and options of farm.</summary>
/// <remarks>The scripts ask the program itself, by the directive <c>[suggest:POSITION]</c> of System.CommandLine.</remarks>
internal static class CompletionsCommand
{
    private static readonly string[] s_shells = ["bash", "zsh", "fish"];

    public static Command Create(CommandServices services)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong(s_shells);
        var command = new FarmCommand(
            "completions",
            "Print a script that makes a shell complete verbs and options.",
            [
                "source <(farm completions bash)  # in ~/.bashrc",
                "source <(farm completions zsh)  # in ~/.zshrc, after compinit",
                "farm completions fish > ~/.config/fish/completions/farm.fish",
            ]
        )
        {
            shell,
        };
        command.SetAction(parsed => services.Terminal.Out.Write(Script(parsed.GetRequiredValue(shell))));
        return command;
    }

    private static string Script(string shell)
    {
        var name = $"farm.{shell}";
        using var script =
            typeof(CompletionsCommand).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the program lacks its resource {name}");
        using var reader = new StreamReader(script);
        return reader.ReadToEnd();
    }
}
