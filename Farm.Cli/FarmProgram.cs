using System.CommandLine;
using Farm.Cli.Commands;
using Farm.Cli.Settings;
using Farm.Cli.Terminals;

namespace Farm.Cli;

/// <summary>The program without its process: arguments in, exit code out.</summary>
public static class FarmProgram
{
    public static async Task<int> RunAsync(string[] arguments, FarmTerminal terminal)
    {
        var services = new CommandServices(terminal, TimeProvider.System);
        try
        {
            var parsed = FarmCommandLine
                .Create(services)
                .Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0 && parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
            {
                return Explain(parsed, terminal.Error);
            }
            var invocation = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                // The verbs that run long listen to signals themselves; the others may just end.
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            return Report(error, services);
        }
    }

    private static int Explain(ParseResult parsed, TextWriter error)
    {
        var command = parsed.CommandResult.Command;
        var verbs = command is RootCommand ? "farm" : $"farm {Verbs(parsed.CommandResult)}";
        if (parsed.UnmatchedTokens is [var first, ..])
        {
            error.WriteLine($"farm: {NotTaken(command, verbs, first, parsed.UnmatchedTokens.Count - 1)}");
        }
        else
        {
            foreach (var problem in parsed.Errors)
            {
                error.WriteLine($"farm: {problem.Message}");
            }
        }
        error.WriteLine($"Try '{verbs} --help'.");
        return ExitCode.Refused;
    }

    /// <summary>One sentence on what is neither a verb, nor an option of one, nor an argument that it has room for.</summary>
    private static string NotTaken(Command command, string verbs, string token, int others)
    {
        if (token.StartsWith('-'))
            return $"{Refusal()}{Meant(command.Options)}";
        return command.Subcommands.Count > 0
            ? $"there is no verb '{token}'{Meant(command.Subcommands)}"
            : $"{Refusal()}.";

        string Refusal() => $"'{verbs}' does not take '{token}'{(others > 0 ? $" and {others} more" : "")}";

        string Meant(IEnumerable<Symbol> known) =>
            NearestName.Find(token, known.Select(symbol => symbol.Name)) is { } nearest
                ? $"; did you mean '{nearest}'?"
                : ".";
    }

    private static string Verbs(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } parent
            ? $"{Verbs(parent)} {result.Command.Name}"
            : result.Command.Name;

    private static int Report(Exception error, CommandServices services)
    {
        var failure = FailureSentences.For(error);
        var terminal = services.Terminal;
        terminal.Error.WriteLine(
            terminal.ErrorHasColour ? $"\e[31mfarm:\e[0m {failure.Sentence}" : $"farm: {failure.Sentence}"
        );
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("FARM_TRACE")))
        {
            terminal.Error.WriteLine(error);
        }
        else if (!failure.IsExpected)
        {
            terminal.Error.WriteLine(
                FaultFile.TryWrite(error, services.Clock) is { } file
                    ? $"The details are in {file}."
                    : "Set FARM_TRACE=1 to see the details."
            );
        }
        return failure.ExitCode;
    }
}
