using System.CommandLine;
using Farm.Cli.Nodes;
using Farm.Daemon.Configuration;
using Farm.Daemon.Hosting;
using Farm.Daemon.Server;
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
            "Serve one client of an ssh:// store on standard input and output; flags as 'farm daemon' has them.",
            ["ssh://host?remote-program=/usr/bin/nix-store  # a link to farm"]
        )
        {
            write,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(
            async (parsed, ct) =>
            {
                var arguments = DaemonArguments.Parse([.. parsed.UnmatchedTokens.Where(token => token != Nixs)]);
                var settings = DaemonCommand.Settings(arguments, parsed, services);
                await RunAsync(settings, arguments, parsed.GetValue(write), services, ct).ConfigureAwait(false);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static async Task RunAsync(
        DaemonHostSettings settings,
        DaemonArguments arguments,
        bool mayWrite,
        CommandServices services,
        CancellationToken ct
    )
    {
        var (input, output) = (Console.OpenStandardInput(), Console.OpenStandardOutput());
        var path = arguments.Socket ?? settings.Configuration.Directories.SocketPath;
        using var daemon = await DaemonRelay.ConnectAsync(path, ct).ConfigureAwait(false);
        if (daemon is not null)
        {
            await daemon.SendAsync(ServePreamble.Bytes(mayWrite), ct).ConfigureAwait(false);
            await DaemonRelay.RunAsync(daemon, input, output, ct).ConfigureAwait(false);
            return;
        }
        using var loggers = NodeLogging.Create(
            services.Terminal.ErrorHasColour,
            Microsoft.Extensions.Logging.LogLevel.Warning
        );
        var host = await DaemonHost.OpenAsync(settings, loggers, services.Clock, ct).ConfigureAwait(false);
        await using (host.ConfigureAwait(false))
        {
            var client = new DuplexStream(input, output);
            await using (client.ConfigureAwait(false))
            {
                await host.ServePathsAsync(client, mayWrite, ct).ConfigureAwait(false);
            }
        }
    }
}
