namespace Farm.Tests.EndToEnd.Processes;

/// <summary>What a user reads when the program refuses something.</summary>
internal static class Refusal
{
    private const string Prefix = "farm: ";

    /// <summary>The one sentence on standard error: no stack trace, no report of a fault of the program itself.</summary>
    public static string Sentence(ProgramRun run)
    {
        var line = Assert.Single(run.Error, line => line.StartsWith(Prefix, StringComparison.Ordinal));
        Assert.True(run.Error[^1] == line, $"Something is told after the sentence.\n{run.Told}");
        Assert.DoesNotContain("a fault of farm itself", line, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Error, text => text.TrimStart().StartsWith("at ", StringComparison.Ordinal));
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
        return line[Prefix.Length..];
    }
}
