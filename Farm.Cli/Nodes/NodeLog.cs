using Microsoft.Extensions.Logging;

namespace Farm.Cli.Nodes;

/// <summary>Events of the program around a node.</summary>
internal static partial class NodeLog
{
    [LoggerMessage(
        5001,
        Microsoft.Extensions.Logging.LogLevel.Information,
        "Listening on {Address}, data in {Directory}"
    )]
    public static partial void Listening(ILogger logger, Uri address, string directory);

    [LoggerMessage(5003, Microsoft.Extensions.Logging.LogLevel.Information, "Serving Nix's programs on {Socket}")]
    public static partial void Serving(ILogger logger, string socket);

    [LoggerMessage(5002, Microsoft.Extensions.Logging.LogLevel.Information, "Stopping")]
    public static partial void Stopping(ILogger logger);
}
