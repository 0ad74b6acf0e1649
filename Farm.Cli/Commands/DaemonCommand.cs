using System.CommandLine;
using Farm.Cli.Nodes;

namespace Farm.Cli.Commands;

/// <summary><c>farm daemon</c>: Nix's daemon on a store, in the foreground.</summary>
internal static class DaemonCommand
{
    public static Command Create(CommandServices services)
    {
        var store = new Option<string?>("--store")
        {
            Description =
                "The physical root of the store; if not given, the store of NIX_STORE_DIR, NIX_STATE_DIR and NIX_LOG_DIR, else farm.store.root.",
            HelpName = "ROOT",
        };
        var socket = new Option<string?>("--socket")
        {
            Description =
                "Where it listens; NIX_DAEMON_SOCKET_PATH if not given, else daemon-socket/socket in the state directory.",
            HelpName = "PATH",
        };
        var stdio = new Option<bool>("--stdio")
        {
            Description = "Serve one client on standard input and output, as ssh-ng:// has it, instead of listening.",
        };
        var command = new FarmCommand(
            "daemon",
            "Serve a store to Nix's own programs until stopped; nix-daemon.",
            [
                "farm daemon",
                "farm daemon --store /srv/store --socket /run/farm/socket  # then NIX_REMOTE=unix:///run/farm/socket",
                "nix copy --to 'ssh-ng://host?remote-program=farm-daemon' ./result  # a script that runs farm daemon --stdio",
            ]
        )
        {
            store,
            socket,
            stdio,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var plan = DaemonPlan.Read(
                    parsed.GetValue(GlobalOptions.Config),
                    parsed.GetValue(store),
                    parsed.GetValue(socket),
                    Environment.GetEnvironmentVariable
                );
                using var lifetime = NodeLifetime.Begin(stopsWithInput: false);
                var run = new DaemonRun(plan, services);
                await (
                    parsed.GetValue(stdio) ? run.ServeInputAsync(lifetime) : run.ListenAsync(lifetime)
                ).ConfigureAwait(false);
                return ExitCode.Done;
            }
        );
        return command;
    }
}
