using System.Text;
using Farm.Cli.Commands.Stores.Queries;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store print-env</c>: a derivation's environment for a shell.</summary>
internal static class PrintEnvCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var path = StorePathArgument.One("A derivation in the store, or a link to one.");
        var command = new FarmCommand(
            "print-env",
            "Print the environment of a derivation's builder as shell commands; nix-store --print-env.",
            ["eval \"$(farm store print-env ./hello.drv)\""]
        )
        {
            path,
        };
        verbs.OnStore(
            command,
            (parsed, store, _) =>
            {
                var request = new QueryRequest(store, [parsed.GetRequiredValue(path)], false, false);
                var drvPath = request.Paths.First();
                if (!drvPath.IsDerivation)
                {
                    throw new CommandException($"'{request.Print(drvPath)}' is no derivation.");
                }
                var derivation = request.Derivation(drvPath);
                var text = new StringBuilder();
                foreach (var (name, value) in derivation.Env)
                {
                    text.Append($"export {name}; {name}={Quoted(value.ToString())}\n");
                }
                // The quotes around all of them are Nix's: the arguments are joined when a shell reads them.
                text.Append(
                    $"export _args; _args='{string.Join(' ', derivation.Args.Select(a => Quoted(a.ToString())))}'\n"
                );
                verbs.Services.Terminal.Out.Write(text);
                return Task.CompletedTask;
            }
        );
        return command;
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
