using System.Runtime.CompilerServices;

namespace Farm.Tests.Hardening;

public sealed class SecurityPageTests
{
    /// <summary>Set to 1, it writes the tables instead of comparing them.</summary>
    private const string Variable = "FARM_WRITE_DOCS";

    [Fact]
    public async Task The_page_lists_the_attempts_as_they_are_tested()
    {
        var file = PageFile();
        var page = await File.ReadAllTextAsync(file);
        var begin = page.IndexOf(SecurityPage.Begin, StringComparison.Ordinal) + SecurityPage.Begin.Length + 1;
        var end = page.IndexOf(SecurityPage.End, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable(Variable) == "1")
            await File.WriteAllTextAsync(file, page[..begin] + SecurityPage.Tables() + page[end..]);
        else
            Assert.True(
                SecurityPage.Tables() == page[begin..end],
                $"docs/security.md is not as tested: run this test with {Variable}=1, and look at the difference."
            );
    }

    [Fact]
    public void Every_attempt_has_one_name() =>
        Assert.Equal(Attempts.All.Count(), Attempts.All.Select(attempt => attempt.Name).Distinct().Count());

    private static string PageFile([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "docs", "security.md"));
}
