using Farm.Cli;
using Farm.Cli.Building;

namespace Farm.Tests.Cli.Building;

public sealed class DerivationArgumentTests
{
    private const string Drv = "/nix/store/3ghsl9sd83mc26i81adpa2fzf3yw4f68-simple.drv";

    [Fact]
    public void A_path_alone_wants_all_outputs()
    {
        var argument = DerivationArgument.Parse(Drv);
        Assert.Equal(Drv, argument.Path);
        Assert.Empty(argument.Outputs);
    }

    [Theory]
    [InlineData("^out")]
    [InlineData("!out")]
    public void One_output_is_selected_with_either_mark(string selection)
    {
        var argument = DerivationArgument.Parse(Drv + selection);
        Assert.Equal(Drv, argument.Path);
        Assert.Equal(["out"], argument.Outputs.AsEnumerable());
    }

    [Fact]
    public void Several_outputs_keep_their_order_and_lose_repetitions() =>
        Assert.Equal(["out", "dev", "bin"], DerivationArgument.Parse(Drv + "^out,dev,out,bin").Outputs.AsEnumerable());

    [Fact]
    public void A_star_wants_all_outputs() => Assert.Empty(DerivationArgument.Parse(Drv + "^*").Outputs);

    [Fact]
    public void A_mark_elsewhere_in_a_file_name_selects_nothing()
    {
        var argument = DerivationArgument.Parse("dir^out!/x.drv");
        Assert.Equal("dir^out!/x.drv", argument.Path);
        Assert.Empty(argument.Outputs);
    }

    [Theory]
    [InlineData("^")]
    [InlineData("^out,")]
    [InlineData("^,out")]
    [InlineData("^out dev")]
    [InlineData("^out/dev")]
    public void Parse_refuses_a_selection_that_is_no_list_of_output_names(string selection)
    {
        var error = Assert.Throws<CommandException>(() => DerivationArgument.Parse(Drv + selection));
        Assert.Contains("output name", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refused, error.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".drv")]
    [InlineData("/nix/store/3ghsl9sd83mc26i81adpa2fzf3yw4f68-simple")]
    [InlineData("hello^out")]
    public void Parse_refuses_what_is_no_derivation(string text) =>
        Assert.Contains(
            "does not name a derivation",
            Assert.Throws<CommandException>(() => DerivationArgument.Parse(text)).Message,
            StringComparison.Ordinal
        );
}
