using System.CommandLine;
using Farm.Cli.Nodes;
using Farm.Http.Caches;
using Farm.Store.Local;

namespace Farm.Cli.Commands;

/// <summary><c>farm cache</c>: one store as a binary cache, without a farm.</summary>
internal static class CacheCommand
{
    private const string RootKey = "farm.store.root";
    private const string ListenKey = "farm.cache.listen";

    public static Command Create(CommandServices services)
    {
        var root = new Option<string?>("--store")
        {
            Description = "The physical root of the store, made where there is none; farm.store.root if not given.",
            HelpName = "ROOT",
        };
        var listen = NodeOptions.Listen("Where it listens; farm.cache.listen if not given.");
        var set = NodeOptions.Set();
        var stopWithInput = NodeOptions.StopWithInput();
        var command = new FarmCommand(
            "cache",
            "Serve a store as a binary cache until it is stopped.",
            [
                "farm cache --store /srv/cache --listen 0.0.0.0:7411",
                "farm cache --set 'farm.store.secret-key-files=[\"/etc/farm/key\"]' --set farm.cache.compression=zstd",
            ]
        )
        {
            root,
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
                        KeyValuePair.Create(RootKey, NodeOptions.Directory(parsed.GetValue(root))),
                        KeyValuePair.Create(ListenKey, NodeOptions.Address(parsed.GetValue(listen))),
                    ],
                    KeyValuePair.Create(RootKey, "store")
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
        var settings = NodeOptions.Read(config, LocalStoreSettings.From);
        var cache = NodeOptions.Read(config, CacheSettings.From);
        using var loggers = NodeLogging.Create(services.Terminal.ErrorHasColour);
        var log = loggers.CreateLogger("Farm");
        NewDirectory.Make(settings.Layout.Root);
        var opened = await OpenedStore.OpenAsync(settings, services.Clock, lifetime.Stop).ConfigureAwait(false);
        await using (opened.ConfigureAwait(false))
        {
            foreach (var notice in opened.Store.Notices)
            {
                services.Terminal.Error.WriteLine(notice);
            }
            var logs = new StoreBuildLogs(settings.Layout);
            var server = await CacheServer
                .StartAsync(opened.Store, cache, logs, loggers, services.Clock, lifetime.Stop)
                .ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                NodeLog.Listening(log, server.Address, settings.Layout.Root);
                await lifetime.WaitAsync(Task.WhenAny(server.WhenStopped, opened.Store.Failure)).ConfigureAwait(false);
                NodeLog.Stopping(log);
                if (opened.Store.Failure.IsFaulted)
                {
                    await opened.Store.Failure.ConfigureAwait(false); // ends the program with what the store failed of
                }
            }
        }
    }
}
