namespace Farm.Actors.Event;

/// <summary>Where an actor logs; see <see cref="Logging.GetLogger(IActorContext)"/>.</summary>
public interface ILoggingAdapter
{
    bool IsEnabled(LogLevel logLevel);

    /// <param name="logLevel">Events below <c>akka.loglevel</c> are dropped.</param>
    /// <param name="cause">Null when no exception is the reason.</param>
    /// <param name="format">With <c>{0}</c> places for the arguments.</param>
    /// <param name="args">What goes into the places.</param>
    void Log(LogLevel logLevel, Exception? cause, string format, params object?[] args);
}
