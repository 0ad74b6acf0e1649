using System.CommandLine;
using System.Globalization;
using Farm.Cli.Nodes;
using Farm.Cli.Settings;
using Farm.Daemon.Recursive;
using Farm.Worker;
using Farm.Worker.Running;
using Microsoft.Extensions.Logging;

namespace Farm.Cli.Commands;

/// <summary><c>farm worker</c>: a worker in the foreground.</summary>
internal static class WorkerCommand
{
    private const string Section = "farm.worker";

    public static Command Create(CommandServices services)
    {
        var name = new Option<string?>("--name")
        {
            Description = "Name of the node; farm.worker.name if not given.",
            HelpName = "NAME",
        };
        var coordinator = new Option<string?>("--coordinator")
        {
            Description = "Address of the coordinator; farm.worker.coordinator if not given.",
            HelpName = "URL",
        };
        var slots = new Option<int?>("--slots")
        {
            Description = "How many builds run at a time; farm.worker.slots if not given.",
            HelpName = "N",
        };
        var dataDir = NodeOptions.DataDir("Root of its store and logs; farm.worker.data-dir if not given.");
        var listen = NodeOptions.Listen("Where it serves its store; farm.worker.listen if not given.");
        var set = NodeOptions.Set();
        var stopWithInput = NodeOptions.StopWithInput();
        var command = new FarmCommand(
            "worker",
            "Run a worker until it is stopped.",
            ["farm worker --coordinator http://10.0.0.1:7410 --listen 10.0.0.2:7411", "farm worker --slots 8"]
        )
        {
            name,
            coordinator,
            slots,
            dataDir,
            listen,
            set,
            stopWithInput,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var settings = NodeOptions.Settings(
                    parsed,
                    set,
                    [
                        Text("name", parsed.GetValue(name)),
                        Text("coordinator", parsed.GetValue(coordinator)),
                        KeyValuePair.Create(
                            $"{Section}.slots",
                            parsed.GetValue(slots)?.ToString(CultureInfo.InvariantCulture)
                        ),
                        KeyValuePair.Create($"{Section}.data-dir", NodeOptions.Directory(parsed.GetValue(dataDir))),
                        KeyValuePair.Create($"{Section}.listen", NodeOptions.Address(parsed.GetValue(listen))),
                    ],
                    KeyValuePair.Create($"{Section}.data-dir", "worker"),
                    KeyValuePair.Create($"{Section}.build-users-dir", "build-users")
                );
                using var lifetime = NodeLifetime.Begin(parsed.GetValue(stopWithInput));
                await RunAsync(settings, lifetime, services).ConfigureAwait(false);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static async Task RunAsync(Config config, NodeLifetime lifetime, CommandServices services)
    {
        using var loggers = NodeLogging.Create(services.Terminal.ErrorHasColour);
        var log = loggers.CreateLogger("Farm");
        try
        {
            var settings = NodeOptions.Read(config, WorkerNodeSettings.From);
            settings = settings with
            {
                BuildDaemon = BuildDaemon.OfWorker(
                    settings.Worker.Capabilities,
                    services.Clock,
                    loggers.CreateLogger<BuildDaemon>()
                ),
            };
            var node = await WorkerNode
                .StartAsync(settings, loggers, services.Clock, lifetime.Stop)
                .ConfigureAwait(false);
            await using (node.ConfigureAwait(false))
            {
                NodeLog.Listening(log, node.CacheUrl, settings.Worker.DataDirectory);
                await lifetime.WaitAsync(Task.WhenAny(node.WhenRefused, node.WhenFailed)).ConfigureAwait(false);
                NodeLog.Stopping(log);
                if (node.WhenFailed.IsFaulted)
                {
                    await node.WhenFailed.ConfigureAwait(false); // ends the program with what the node failed of
                }
                if (node.WhenRefused.IsCompletedSuccessfully)
                {
                    var reason = await node.WhenRefused.ConfigureAwait(false);
                    throw new CommandException($"the coordinator refuses this worker: {reason}");
                }
            }
        }
        catch (SandboxException error)
        {
            throw new CommandException(error.Message, error);
        }
    }

    private static KeyValuePair<string, string?> Text(string key, string? value) =>
        KeyValuePair.Create($"{Section}.{key}", value is null ? null : HoconQuote.Of(value));
}
