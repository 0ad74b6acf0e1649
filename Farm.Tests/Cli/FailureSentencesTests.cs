using Farm.Cli;
using Farm.Store;

namespace Farm.Tests.Cli;

public sealed class FailureSentencesTests
{
    [Fact]
    public void A_refusal_of_the_store_is_said_as_it_is()
    {
        var failure = FailureSentences.For(new StoreException.InvalidPath("/nix/store/x"));
        Assert.Equal("The path '/nix/store/x' is not valid in this store.", failure.Sentence);
        Assert.Equal(ExitCode.Refused, failure.ExitCode);
        Assert.True(failure.IsExpected);
    }

    [Fact]
    public void A_malformed_text_keeps_its_offset() =>
        Assert.Equal(
            "expected a comma (at byte 7)",
            FailureSentences.For(new NixFormatException("expected a comma", 7)).Sentence
        );

    [Fact]
    public void A_coordinator_that_does_not_answer_gets_advice() =>
        Assert.Equal(
            "No coordinator answers at http://x:1/ (Connection refused); start a farm with 'farm up', or name another coordinator with --coordinator URL.",
            FailureSentences
                .For(new HttpRequestException("No coordinator answers at http://x:1/ (Connection refused)"))
                .Sentence
        );

    [Fact]
    public void A_verb_chooses_its_own_exit_code() =>
        Assert.Equal(101, FailureSentences.For(new CommandException("too late", ExitCode.BuildTimedOut)).ExitCode);

    [Fact]
    public void Interruption_has_the_exit_code_of_the_signal() =>
        Assert.Equal(130, FailureSentences.For(new TaskCanceledException()).ExitCode);

    [Fact]
    public void Anything_else_is_a_fault_of_the_program_whose_kind_is_named()
    {
        var failure = FailureSentences.For(new InvalidOperationException("odd"));
        Assert.False(failure.IsExpected);
        Assert.Equal("a fault of farm itself (InvalidOperationException): odd", failure.Sentence);
    }
}
