using System.CommandLine;
using Farm.Cli.Commands;
using Farm.Cli.Settings;
using Farm.Cli.Terminals;

namespace Farm.Cli;

/// <summary>What every verb may use.</summary>
/// <param name="Terminal">Where it writes.</param>
/// <param name="Clock">The time.</param>
public sealed record CommandServices(FarmTerminal Terminal, TimeProvider Clock)
{
    private const string CoordinatorKey = "farm.cli.coordinator";

    /// <summary>The settings: defaults, and on top of them the file that <c>--config</c> or the environment names.</summary>
    internal static Config Settings(ParseResult parsed) => SettingsFile.Load(parsed.GetValue(GlobalOptions.Config));

    /// <summary>A client of the coordinator that the option, the environment or the settings name.</summary>
    /// <exception cref="CommandException">That is no address.</exception>
    internal FarmClient Connect(ParseResult parsed, Option<string?> coordinator)
    {
        var named =
            parsed.GetValue(coordinator) is { Length: > 0 } option ? option
            : Environment.GetEnvironmentVariable("FARM_COORDINATOR") is { Length: > 0 } variable ? variable
            : Settings(parsed).GetString(CoordinatorKey, "");
        return FarmClient.Connect(ParseAddress(named));
    }

    /// <exception cref="CommandException">The text is no address.</exception>
    internal static Uri ParseAddress(string text) =>
        Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https"
            ? address
            : throw new CommandException(
                $"'{text}' is no address of a coordinator: give one such as http://127.0.0.1:7410."
            );
}
