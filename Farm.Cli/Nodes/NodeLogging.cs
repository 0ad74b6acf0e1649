using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Farm.Cli.Nodes;

/// <summary>What a node tells about its work: one line for each event, on standard error.</summary>
internal static class NodeLogging
{
    public static ILoggerFactory Create(bool hasColour) =>
        LoggerFactory.Create(logging =>
            logging
                .AddFilter("Microsoft", Microsoft.Extensions.Logging.LogLevel.Warning)
                // That the server cannot start is thrown as well, and said in one sentence.
                .AddFilter("Microsoft.Extensions.Hosting", Microsoft.Extensions.Logging.LogLevel.None)
                .AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.UseUtcTimestamp = true;
                    console.TimestampFormat = "HH:mm:ss'Z' ";
                    console.ColorBehavior = hasColour ? LoggerColorBehavior.Enabled : LoggerColorBehavior.Disabled;
                })
                .Services.Configure<ConsoleLoggerOptions>(options =>
                    options.LogToStandardErrorThreshold = Microsoft.Extensions.Logging.LogLevel.Trace
                )
        );
}
