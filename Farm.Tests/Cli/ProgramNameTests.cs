using Farm.Cli;

namespace Farm.Tests.Cli;

public sealed class ProgramNameTests
{
    [Theory]
    [InlineData("nix-daemon", "--stdio", "daemon --stdio")]
    [InlineData("/usr/bin/nix-daemon", "--daemon", "daemon --daemon")]
    [InlineData("nix-store", "--serve --write", "serve --write")]
    [InlineData("farm", "status", "status")]
    [InlineData("/opt/farm/farm", "daemon", "daemon")]
    public void Under_the_names_of_nix_the_program_takes_the_place_of_nix(string name, string given, string meant) =>
        Assert.Equal(meant, string.Join(' ', ProgramName.Arguments(name, given.Split(' '))));
}
