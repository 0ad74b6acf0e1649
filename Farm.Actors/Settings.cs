using Farm.Actors.Configuration;
using Farm.Actors.Event;

namespace Farm.Actors;

/// <summary>What an actor system was configured with.</summary>
public sealed class Settings
{
    internal Settings(Config config)
    {
        Config = config;
        LogLevel = Logging.LevelFor("akka.loglevel", config.GetString("akka.loglevel", "INFO"));
        ErrorStreamLevel = Logging.LevelFor(
            "akka.stdout-loglevel",
            config.GetString("akka.stdout-loglevel", "WARNING")
        );
        RunsShutdownOnTerminate = config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate", true);
    }

    public Config Config { get; }
    internal LogLevel? LogLevel { get; }
    internal LogLevel? ErrorStreamLevel { get; }
    internal bool RunsShutdownOnTerminate { get; }
}
