using Farm.Cli.Building;

namespace Farm.Tests.Cli.Building;

public sealed class OutLinkNamesTests
{
    [Fact]
    public void The_first_derivation_has_no_number_and_out_no_suffix() =>
        Assert.Equal(
            "result result-dev",
            Links(
                "result",
                [
                    ["out", "dev"],
                ],
                0
            )
        );

    [Fact]
    public void Later_derivations_are_numbered_from_two_whatever_the_outputs_before_them() =>
        Assert.Equal(
            "x/r-2 x/r-2-doc",
            Links(
                "x/r",
                [
                    ["out", "dev", "lib"],
                    ["out", "doc"],
                ],
                1
            )
        );

    [Fact]
    public void A_derivation_of_which_only_another_output_is_wanted_has_just_that_link() =>
        Assert.Equal(
            "result-3-bin",
            Links(
                "result",
                [
                    ["out"],
                    ["out"],
                    ["bin"],
                ],
                2
            )
        );

    private static string Links(string prefix, string[][] wanted, int derivation) =>
        string.Join(' ', OutLinkNames.For(prefix, wanted)[derivation].Select(pair => pair.Link));
}
