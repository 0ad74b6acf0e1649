using Farm.Cli.Building;

namespace Farm.Tests.Cli.Building;

public sealed class OutLinkNamesTests
{
    [Fact]
    public void The_first_derivation_has_no_number_and_out_no_suffix() =>
        Assert.Equal(
            [("out", "result"), ("dev", "result-dev")],
            OutLinkNames
                .For(
                    "result",
                    [
                        ["out", "dev"],
                    ]
                )
                .Single()
        );

    [Fact]
    public void Later_derivations_are_numbered_from_two_whatever_the_outputs_before_them() =>
        Assert.Equal(
            [("out", "x/r-2"), ("doc", "x/r-2-doc")],
            OutLinkNames.For(
                "x/r",
                [
                    ["out", "dev", "lib"],
                    ["out", "doc"],
                ]
            )[1]
        );

    [Fact]
    public void A_derivation_of_which_only_another_output_is_wanted_has_just_that_link() =>
        Assert.Equal(
            [("bin", "result-3-bin")],
            OutLinkNames.For(
                "result",
                [
                    ["out"],
                    ["out"],
                    ["bin"],
                ]
            )[2]
        );
}
