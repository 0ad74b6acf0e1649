using System.CommandLine;
using Farm.Cli.Nodes;
using Farm.Coordinator;

namespace Farm.Cli.Commands;

/// <summary><c>farm coordinator</c>: a coordinator in the foreground.</summary>
internal static class CoordinatorCommand
{
    private const string DataDirKey = "farm.coordinator.data-dir";
    private const string ListenKey = "farm.coordinator.listen";

    public static Command Create(CommandServices services)
    {
        var dataDir = NodeOptions.DataDir(
            "Root of its store, database and logs; farm.coordinator.data-dir if not given."
        );
        var listen = NodeOptions.Listen("Where it listens; farm.coordinator.listen if not given.");
        var set = NodeOptions.Set();
        var stopWithInput = NodeOptions.StopWithInput();
        var command = new FarmCommand(
            "coordinator",
            "Run a coordinator until it is stopped.",
            ["farm coordinator", "farm coordinator --listen 0.0.0.0:7410 --data-dir /srv/farm/coordinator"]
        )
        {
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
                        KeyValuePair.Create(DataDirKey, NodeOptions.Directory(parsed.GetValue(dataDir))),
                        KeyValuePair.Create(ListenKey, NodeOptions.Address(parsed.GetValue(listen))),
                    ],
                    KeyValuePair.Create(DataDirKey, "coordinator")
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
        var settings = NodeOptions.Read(config, CoordinatorSettings.From);
        using var loggers = NodeLogging.Create(services.Terminal.ErrorHasColour);
        var node = await CoordinatorNode
            .StartAsync(settings, loggers, services.Clock, lifetime.Stop)
            .ConfigureAwait(false);
        await using (node.ConfigureAwait(false))
        {
            NodeLog.Listening(loggers.CreateLogger("Farm"), node.Address, settings.DataDir);
            await lifetime.WaitAsync(node.WhenStopped).ConfigureAwait(false);
            NodeLog.Stopping(loggers.CreateLogger("Farm"));
            if (node.WhenStopped.IsFaulted)
            {
                await node.WhenStopped.ConfigureAwait(false); // ends the program with what the node failed of
            }
        }
    }
}
