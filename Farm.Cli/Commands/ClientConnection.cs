using System.CommandLine;
using Farm.Cli.Settings;
using Farm.Client;

namespace Farm.Cli.Commands;

/// <summary>Finds the coordinator that a client verb talks to.</summary>
internal static class ClientConnection
{
    private const string CoordinatorKey = "farm.cli.coordinator";

    /// <summary>A client of the coordinator that the option, else the environment, else the settings name.</summary>
    /// <exception cref="CommandException">That is no address.</exception>
    public static FarmClient Open(ParseResult parsed, Option<string?> coordinator)
    {
        var named =
            parsed.GetValue(coordinator) is { Length: > 0 } option ? option
            : Environment.GetEnvironmentVariable("FARM_COORDINATOR") is { Length: > 0 } variable ? variable
            : SettingsFile.Load(parsed.GetValue(GlobalOptions.Config)).GetString(CoordinatorKey, "");
        return FarmClient.Connect(ParseAddress(named));
    }

    /// <exception cref="CommandException">The text is no address.</exception>
    public static Uri ParseAddress(string text) =>
        Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https"
            ? address
            : throw new CommandException(
                $"'{text}' is no address of a coordinator: give one such as http://127.0.0.1:7410."
            );
}
