namespace Cake.Farm.Running;

/// <summary>What a run of the program came to. Not compared by value.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Out">What it printed.</param>
/// <param name="Errors">The lines that it told beside.</param>
internal sealed record FarmRun(int ExitCode, string Out, IReadOnlyList<string> Errors)
{
    /// <summary>The program's own sentence of why it ended, without its name.</summary>
    public string Sentence =>
        Errors.LastOrDefault(line => line.StartsWith("farm: ", StringComparison.Ordinal)) is { } line
            ? line["farm: ".Length..]
        : Errors is [.., var last] ? last
        : $"farm ended with exit code {ExitCode}.";
}
