using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Farm.Cli.Nodes;

/// <summary>What a node tells about its work: one line for each event, on standard error.</summary>
internal static class NodeLogging
{
    /// <param name="hasColour">Whether lines are coloured.</param>
    /// <param name="least">What is less important is not told.</param>
    public static ILoggerFactory Create(
        bool hasColour,
        Microsoft.Extensions.Logging.LogLevel least = Microsoft.Extensions.Logging.LogLevel.Information
    ) =>
        LoggerFactory.Create(logging =>
            logging
                .SetMinimumLevel(least)
                .AddFilter("Microsoft", Microsoft.Extensions.Logging.LogLevel.Warning)
                // That the server cannot start is thrown as well, and said in one sentence.
                .AddFilter("Microsoft.Extensions.Hosting", Microsoft.Extensions.Logging.LogLevel.None)
                // What it tells beside that are single requests, for which it prepares even where nobody is told.
                .AddFilter("Microsoft.AspNetCore.Hosting", Microsoft.Extensions.Logging.LogLevel.None)
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
