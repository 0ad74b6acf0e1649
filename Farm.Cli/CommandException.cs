namespace Farm.Cli;

/// <summary>A verb cannot do what it was asked; the message is the sentence that the user reads.</summary>
public sealed class CommandException : Exception
{
    public CommandException(string message, int exitCode = Cli.ExitCode.Refused)
        : base(message) => ExitCode = exitCode;

    public CommandException(string message, Exception cause)
        : base(message, cause) => ExitCode = Cli.ExitCode.Refused;

    public int ExitCode { get; }
}
