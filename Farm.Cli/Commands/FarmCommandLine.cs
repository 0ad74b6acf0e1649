using System.CommandLine;
using System.CommandLine.Help;
using Farm.Cli.Commands.Stores;

namespace Farm.Cli.Commands;

/// <summary>All verbs of <c>farm</c>.</summary>
public static class FarmCommandLine
{
    public static RootCommand Create(CommandServices services)
    {
        var root = new RootCommand("Farm builds Nix derivations on many machines.");
        root.Add(GlobalOptions.Config);
        root.Add(WorkerCommand.Create(services));
        root.Add(CoordinatorCommand.Create(services));
        root.Add(UpCommand.Create(services));
        root.Add(CacheCommand.Create(services));
        root.Add(BuildCommand.Create(services));
        root.Add(StoreCommand.Create(services));
        root.Add(DrvCommand.Create(services));
        root.Add(DaemonCommand.Create(services));
        root.Add(ServeVerb.Create(services));
        root.Add(StatusCommand.Create(services));
        root.Add(WorkersCommand.Create(services));
        root.Add(BuildsCommand.Create(services));
        root.Add(LogCommand.Create(services));
        root.Add(ExplainCommand.Create(services));
        root.Add(CancelCommand.Create(services));
        root.Add(CompletionsCommand.Create(services));
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new ExamplesHelpAction((HelpAction)option.Action!);
        }
        return root;
    }
}
