using Farm.Client;
using Farm.Daemon.Activation;
using Farm.Daemon.Configuration;
using Farm.Daemon.Server;
using Farm.Daemon.Serving;
using Farm.Derivations;
using Farm.Http;
using Farm.Store;
using Farm.Worker.Running;

namespace Farm.Cli;

/// <summary>Which exception the user hears of in which words; the only such table.</summary>
public static class FailureSentences
{
    public static Failure For(Exception error) =>
        error switch
        {
            CommandException command => new Failure(command.Message, command.ExitCode, IsExpected: true),
            OperationCanceledException => new Failure("stopped.", ExitCode.Interrupted, IsExpected: true),
            HttpRequestException http => Refused(
                $"{http.Message.TrimEnd('.')}; start a farm with 'farm up', or name another coordinator with --coordinator URL."
            ),
            HttpStoreException { IsTransient: true, Status: null } away => Refused(
                $"{away.Message.TrimEnd('.')}; is the coordinator still running?"
            ),
            FarmRefusalException refused => Refused(refused.Message),
            HttpStoreException refused => Refused(refused.Message),
            DaemonStartException or ActivationException or NixConfException or ServeException or SandboxException =>
                Refused(error.Message),
            StoreException or NixFormatException or ConfigurationException or DerivationException => Refused(
                error.Message
            ),
            UnauthorizedAccessException or IOException => Refused(error.Message),
            _ => new Failure(
                $"a fault of farm itself ({error.GetType().Name}): {error.Message}",
                ExitCode.Refused,
                IsExpected: false
            ),
        };

    private static Failure Refused(string sentence) => new(sentence, ExitCode.Refused, IsExpected: true);
}
