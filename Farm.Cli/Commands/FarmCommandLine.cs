using System.CommandLine;
using System.CommandLine.Help;

namespace Farm.Cli.Commands;

/// <summary>All verbs of <c>farm</c>.</summary>
public static class FarmCommandLine
{
    public static RootCommand Create(CommandServices services)
    {
        var root = new RootCommand("Farm builds Nix derivations on many machines.");
        GlobalOptions.AddTo(root);
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new ExamplesHelpAction((HelpAction)option.Action!);
        }
        return root;
    }
}
