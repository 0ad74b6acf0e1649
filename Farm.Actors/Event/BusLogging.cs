using System.Globalization;

namespace Farm.Actors.Event;

/// <summary>Publishes log events on the event stream, and on standard error from <c>akka.stdout-loglevel</c> up.</summary>
internal sealed class BusLogging(ActorSystem system, string source, Type type) : ILoggingAdapter
{
    public bool IsEnabled(LogLevel logLevel) => system.Settings.LogLevel is { } least && logLevel >= least;

    public void Log(LogLevel logLevel, Exception? cause, string format, params object?[] args)
    {
        if (!IsEnabled(logLevel))
            return;
        var message = args.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, args);
        var entry = Logging.Event(logLevel, cause, source, type, message);
        system.EventStream.Publish(entry);
        if (system.Settings.ErrorStreamLevel is { } least && logLevel >= least)
            Console.Error.WriteLine(entry);
    }
}
