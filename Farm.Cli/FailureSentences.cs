using System.Net.Sockets;

namespace Farm.Cli;

/// <summary>Which exception the user hears of in which words; the only such table.</summary>
public static class FailureSentences
{
    public static Failure For(Exception error) =>
        error switch
        {
            CommandException command => new Failure(command.Message, command.ExitCode, IsExpected: true),
            OperationCanceledException => new Failure("Stopped.", ExitCode.Interrupted, IsExpected: true),
            HttpRequestException { InnerException: SocketException socket } => Refused(
                $"The coordinator cannot be reached: {socket.Message}; start a farm with 'farm up', or name a coordinator with --coordinator URL."
            ),
            HttpRequestException http => Refused($"The coordinator cannot be reached: {http.Message}"),
            UnauthorizedAccessException denied => Refused(denied.Message),
            IOException io => Refused(io.Message),
            _ => new Failure(
                $"A fault of farm itself ({error.GetType().Name}): {error.Message}",
                ExitCode.Refused,
                IsExpected: false
            ),
        };

    private static Failure Refused(string sentence) => new(sentence, ExitCode.Refused, IsExpected: true);
}
