namespace Farm.Cli;

/// <summary>What the user learns of an exception.</summary>
/// <param name="Sentence">One sentence for standard error.</param>
/// <param name="ExitCode">Answer to the shell.</param>
/// <param name="IsExpected">False for a fault of the program, of which the details are worth keeping.</param>
public sealed record Failure(string Sentence, int ExitCode, bool IsExpected);
