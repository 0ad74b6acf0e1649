using Farm.Cli.Terminals;

namespace Farm.Tests.Cli.Terminals;

public sealed class TreeTextTests
{
    [Fact]
    public void Branches_are_drawn_as_Nix_draws_them() =>
        Assert.Equal(
            "a\n├───aa\n│   └───aaa\n└───ab\n    └───aba\n",
            TreeText.Render(
                "a",
                node => node,
                node =>
                    node switch
                    {
                        "a" => ["aa", "ab"],
                        "aa" => ["aaa"],
                        "ab" => ["aba"],
                        _ => (string[])[],
                    }
            )
        );

    [Fact]
    public void A_deep_tree_is_no_danger() =>
        Assert.Equal(
            5_001,
            TreeText.Render(0, node => $"{node}", node => node < 5_000 ? [node + 1] : []).Count(c => c == '\n')
        );
}
