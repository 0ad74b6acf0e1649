using System.CommandLine;
using Farm.Cli.Nodes;
using Farm.Daemon.Configuration;
using Farm.Daemon.Serving;

namespace Farm.Cli.Commands;

/// <summary><c>farm serve</c>: what <c>nix-store --serve</c> is for <c>ssh://</c> stores, on the store of the daemon.</summary>
internal static class ServeVerb
{
    /// <summary>What Nix puts after the name of the program, so that a script may hand on its arguments.</summary>
    private const string Nixs = "--serve";

    public static Command Create(CommandServices services)
    {
        var write = new Option<bool>("--write") { Description = "Let the client add paths and build." };
        var command = new FarmCommand(
            "serve",
            "Serve one client of an ssh:// store on standard input and output.",
            ["ssh://host?remote-program=/usr/bin/nix-store  # a link to farm"]
        )
        {
            write,
        };
        command.Flags = DaemonFlag.All;
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(
            async (parsed, ct) =>
            {
                var arguments = DaemonArguments.Parse([.. parsed.UnmatchedTokens.Where(token => token != Nixs)]);
                var settings = DaemonCommand.Settings(arguments, parsed, services);
                var path = arguments.Socket ?? settings.Configuration.Directories.SocketPath;
                var mayWrite = parsed.GetValue(write);
                if (!await StandardClient.TryHandOnAsync(path, ServePreamble.Bytes(mayWrite), ct).ConfigureAwait(false))
                {
                    await StandardClient
                        .ServeAsync(
                            settings,
                            services,
                            (host, client) => host.ServePathsAsync(client, mayWrite, ct),
                            ct
                        )
                        .ConfigureAwait(false);
                }
                return ExitCode.Done;
            }
        );
        return command;
    }
}
