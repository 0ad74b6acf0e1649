using System.CommandLine;
using Farm.Cli.Terminals;

namespace Farm.Cli.Commands.Stores;

/// <summary>A file, or standard input.</summary>
internal static class GivenInput
{
    private const string Standard = "-";

    public static Argument<string> Argument(string what) =>
        new("FILE")
        {
            Description = $"{what}; '-', or nothing, for standard input.",
            DefaultValueFactory = _ => Standard,
        };

    /// <summary>Opens it. Standard input stays open when this is closed.</summary>
    /// <exception cref="CommandException">The file is not there.</exception>
    public static Stream Open(FarmTerminal terminal, string file)
    {
        if (file == Standard)
        {
            return terminal.RawIn;
        }
        return File.Exists(file)
            ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0)
            : throw new CommandException($"There is no file '{file}'.");
    }
}
