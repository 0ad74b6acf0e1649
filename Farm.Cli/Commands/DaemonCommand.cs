using System.CommandLine;
using System.Reflection;
using Farm.Cli.Nodes;
using Farm.Cli.Settings;
using Farm.Daemon.Activation;
using Farm.Daemon.Configuration;
using Farm.Daemon.Hosting;
using Farm.Daemon.Machine;
using Farm.Daemon.Server;
using Farm.Worker.Running;

namespace Farm.Cli.Commands;

/// <summary><c>farm daemon</c>: takes the place of <c>nix-daemon</c>, whose flags it has.</summary>
internal static class DaemonCommand
{
    private const string CoordinatorKey = "farm.daemon.coordinator";

    public static Command Create(CommandServices services)
    {
        var command = new FarmCommand(
            "daemon",
            "Serve Nix's own programs as nix-daemon does, with nix.conf, Nix's variables and nix-daemon's flags.",
            [
                "farm daemon",
                "farm daemon --stdio  # for ssh-ng://",
                "farm daemon --farm http://127.0.0.1:7410  # builds run on the farm",
                "farm daemon --option max-jobs 8 --store /srv/nix --socket /run/farm.socket",
            ]
        )
        {
            Flags = DaemonFlag.All,
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var arguments = DaemonArguments.Parse(parsed.UnmatchedTokens);
                if (arguments.IsVersion)
                {
                    services.Terminal.Out.WriteLine($"nix-daemon (Farm) {Version}");
                    return ExitCode.Done;
                }
                if (arguments.IsStdio)
                    await StdioAsync(arguments, parsed, services, ct).ConfigureAwait(false);
                else
                    await SocketAsync(arguments, parsed, services).ConfigureAwait(false);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static string Version =>
        typeof(DaemonCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "";

    /// <summary>What the machine, its configuration and the command line come to. What Nix warns of is warned of.</summary>
    public static DaemonHostSettings Settings(DaemonArguments arguments, ParseResult parsed, CommandServices services)
    {
        var directories = NixDirectories.From(Environment.GetEnvironmentVariable);
        var settings = NixConfiguration.Read(
            directories,
            Text,
            Environment.GetEnvironmentVariable("NIX_CONFIG"),
            arguments.Settings
        );
        var machine = MachineProbe.Look();
        var configuration = DaemonConfiguration.From(directories, settings, machine);
        foreach (var warning in arguments.Warnings.Concat(configuration.Warnings))
        {
            services.Terminal.Error.WriteLine(warning);
        }
        if (arguments.Root is { } root)
        {
            configuration = configuration.WithRoot(root);
        }
        var own = SettingsFile.Load(parsed.GetValue(GlobalOptions.Config));
        var coordinator = arguments.Farm ?? own.GetString(CoordinatorKey, "");
        return new DaemonHostSettings
        {
            Configuration = configuration,
            Machine = machine,
            SandboxProgram = SandboxProgram.Find(own.GetString($"{SandboxConfig.Section}.program")),
            Coordinator = string.IsNullOrEmpty(coordinator) ? null : ClientConnection.ParseAddress(coordinator),
            VersionText = $"farm {Version}",
            Groups = ControlGroupSettings.From(own),
        };
    }

    /// <summary>Hands the client on to a daemon that runs; where none does, serves it from the store itself.</summary>
    private static async Task StdioAsync(
        DaemonArguments arguments,
        ParseResult parsed,
        CommandServices services,
        CancellationToken ct
    )
    {
        var settings = Settings(arguments, parsed, services);
        var path = arguments.Socket ?? settings.Configuration.Directories.SocketPath;
        if (
            arguments.IsTrusted is null
            && await StandardClient.TryHandOnAsync(path, preamble: default, ct).ConfigureAwait(false)
        )
        {
            return;
        }
        var isTrusted = arguments.IsTrusted ?? true;
        await StandardClient
            .ServeAsync(settings, services, (host, client) => host.ServeAsync(client, isTrusted, ct), ct)
            .ConfigureAwait(false);
    }

    private static async Task SocketAsync(DaemonArguments arguments, ParseResult parsed, CommandServices services)
    {
        var notifier = ServiceNotifier.Connect(services.Clock);
        await using (notifier.ConfigureAwait(false))
        {
            var passed = PassedSockets.Take();
            var settings = Settings(arguments, parsed, services);
            using var lifetime = NodeLifetime.Begin(stopsWithInput: false);
            using var loggers = NodeLogging.Create(services.Terminal.ErrorHasColour);
            var host = await DaemonHost
                .OpenAsync(settings, loggers, services.Clock, lifetime.Stop)
                .ConfigureAwait(false);
            await using (host.ConfigureAwait(false))
            {
                var path = arguments.Socket ?? settings.Configuration.Directories.SocketPath;
                using var own = passed.IsEmpty ? ListeningSocket.Bind(path) : null;
                NodeLog.Serving(loggers.CreateLogger("Farm"), own?.Path ?? "passed sockets");
                notifier.Ready("serves clients");
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Stop);
                var serving = host.ServeAsync(own is null ? passed : [own.Socket], stop.Token);
                await lifetime.WaitAsync(Task.WhenAny(serving, host.Failure)).ConfigureAwait(false);
                notifier.Stopping();
                NodeLog.Stopping(loggers.CreateLogger("Farm"));
                await stop.CancelAsync().ConfigureAwait(false);
                await serving.ConfigureAwait(false);
                if (host.Failure.IsFaulted)
                {
                    await host.Failure.ConfigureAwait(false); // ends the program with what the store failed of
                }
            }
        }
    }

    /// <summary>The text of a configuration file; as Nix has it, one that cannot be read counts as none.</summary>
    private static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
