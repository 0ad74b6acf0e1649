using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>What a user sees who builds the small example.</summary>
public sealed class SmallExampleTests(SmallExample example) : IClassFixture<SmallExample>
{
    [FarmProcessFact]
    public void Build_ends_well() => Assert.True(example.First.ExitCode == 0, example.First.Run.Told);

    [FarmProcessFact]
    public void Out_link_leads_to_what_was_built()
    {
        var result = example.Farm.File("result");
        Assert.Equal("100\n", File.ReadAllText($"{result}/number"));
        Assert.Contains("MANY HANDS", File.ReadAllText($"{result}/words"), StringComparison.Ordinal);
    }

    [FarmProcessFact]
    public void Each_output_of_a_derivation_has_a_link()
    {
        var second = example.Farm.File("result-2");
        Assert.StartsWith("#!/bin/sh\n", File.ReadAllText($"{second}/bin/last-number"), StringComparison.Ordinal);
        Assert.Equal(100, File.ReadLines($"{second}-data/numbers").Count());
    }

    [FarmProcessFact]
    public void Standard_output_is_the_paths_of_the_outputs_and_nothing_else()
    {
        Assert.Equal(4, example.First.Run.Out.Count);
        Assert.All(example.First.Run.Out, line => Assert.Matches("^/nix/store/[0-9a-z]{32}-[a-z-]+$", line));
    }

    [FarmProcessFact]
    public void Second_build_ends_well_with_the_same_outputs()
    {
        Assert.True(example.Second.ExitCode == 0, example.Second.Run.Told);
        Assert.Equal(example.First.Run.Out, example.Second.Run.Out);
    }

    [FarmProcessFact]
    public void Second_build_builds_nothing()
    {
        Assert.All(example.Attempts.First, count => Assert.Equal(1, count));
        Assert.Equal(example.Attempts.First.AsEnumerable(), example.Attempts.Second);
    }

    [FarmProcessFact]
    public void Failed_build_exits_as_nix_does() =>
        Assert.True(example.Failing.ExitCode == 100, example.Failing.Run.Told);

    [FarmProcessFact]
    public void Failed_build_tells_why_with_the_last_lines_and_where_the_log_is()
    {
        var told = example.Failing.Run.Error;
        Assert.Contains(
            told,
            line => line.StartsWith("failing failed: ", StringComparison.Ordinal) && line.Contains('3')
        );
        Assert.Contains(told, line => line.Contains("this derivation always fails", StringComparison.Ordinal));
        Assert.Contains(
            told,
            line => line.EndsWith($"farm log /nix/store/{example.Drv("failing")}", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(told, line => line.TrimStart().StartsWith("at Farm.", StringComparison.Ordinal));
    }

    [FarmProcessFact]
    public void Log_of_the_failed_build_is_kept()
    {
        Assert.Equal(0, example.FailingLog.ExitCode);
        Assert.Equal(["this derivation always fails"], example.FailingLog.Run.Out);
    }

    [FarmProcessFact]
    public void Nodes_that_are_told_to_stop_end_well_and_leave_no_process()
    {
        Assert.Equal(SmallExample.Nodes.Order(), example.StopCodes.Keys.Order());
        Assert.All(example.StopCodes, node => Assert.True(node.Value == 0, $"{node.Key} exited with {node.Value}."));
        Assert.Empty(Remains.Processes(example.Farm.Name));
    }

    [FarmProcessFact]
    public void No_store_has_a_file_that_is_not_registered() =>
        Assert.All(SmallExample.Nodes, node => Assert.Empty(example.Farm.Stray(node)));
}
