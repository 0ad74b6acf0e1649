using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>Builders that do what no builder should, on a farm with limits; each leaves the farm as it was.</summary>
public sealed class BadBuilderTests(LimitedFarm limited) : IClassFixture<LimitedFarm>
{
    [FarmProcessFact]
    public async Task Builder_that_is_killed_fails_the_build()
    {
        var told = await FailedAsync(100, "murdered");
        Assert.Contains(told, line => line.Contains("signal", StringComparison.Ordinal));
        Assert.Contains(told, line => line.Contains("about to die", StringComparison.Ordinal));
    }

    [FarmProcessFact]
    public async Task Builder_that_makes_no_output_fails_the_build()
    {
        var told = await FailedAsync(100, "nothing");
        Assert.Contains(told, line => line.Contains("-nothing", StringComparison.Ordinal));
    }

    [FarmProcessFact]
    public async Task Half_an_output_is_not_kept() => await FailedAsync(100, "half");

    [FarmProcessFact]
    public async Task Log_above_the_limit_fails_the_build()
    {
        var told = await FailedAsync(100, "flood");
        Assert.Contains(told, line => line.Contains("the log grew beyond 1048576 bytes", StringComparison.Ordinal));
    }

    [FarmProcessFact]
    public async Task Other_contents_than_promised_have_an_exit_code_of_their_own()
    {
        var told = await FailedAsync(102, "mismatch");
        Assert.Contains(told, line => line.Contains("sha256", StringComparison.Ordinal));
    }

    [FarmProcessFact]
    public async Task Fork_bomb_is_bounded_and_ends_with_its_time() => await FailedAsync(101, "bomb", "--timeout", "2");

    [FarmProcessFact]
    public async Task Builder_that_ignores_signals_ends_with_its_time()
    {
        var told = await FailedAsync(101, "stubborn", "--timeout", "1");
        Assert.Contains(told, line => line.StartsWith("stubborn failed: ", StringComparison.Ordinal));
    }

    [FarmProcessFact]
    public async Task Silent_builder_ends_with_its_silence() =>
        await FailedAsync(101, "stubborn", "--max-silent-time", "1");

    [FarmProcessFact]
    public async Task Children_that_outlive_their_builder_are_killed_and_the_build_is_good()
    {
        var (exitCode, run) = await limited.BuildAsync("orphans");
        Assert.True(exitCode == 0, run.Told);
        await limited.CleanAsync();
    }

    private async Task<IReadOnlyList<string>> FailedAsync(int expected, string attribute, params string[] options)
    {
        var (exitCode, run) = await limited.BuildAsync(attribute, options);
        Assert.True(exitCode == expected, $"exit code {exitCode}\n{run.Told}");
        Assert.Contains(run.Error, line => line.StartsWith($"{attribute} failed: ", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Error, line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
        await limited.CleanAsync();
        return run.Error;
    }
}
