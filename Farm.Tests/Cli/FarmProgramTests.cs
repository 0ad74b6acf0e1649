using Farm.Cli;
using Farm.Cli.Terminals;

namespace Farm.Tests.Cli;

public sealed class FarmProgramTests : IDisposable
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task A_misspelt_verb_gets_the_one_that_was_meant()
    {
        Assert.Equal(ExitCode.Refused, await RunAsync("statsu"));
        Assert.Equal(
            "farm: there is no verb 'statsu'; did you mean 'status'?\nTry 'farm --help'.\n",
            _error.ToString()
        );
    }

    [Fact]
    public async Task An_unknown_option_is_refused_with_the_help_of_the_verb()
    {
        Assert.Equal(ExitCode.Refused, await RunAsync("workers", "--frobnicate"));
        Assert.Contains("--frobnicate", _error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("Try 'farm workers --help'.\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_misspelt_option_gets_the_one_that_was_meant()
    {
        Assert.Equal(ExitCode.Refused, await RunAsync("cache", "--lisen", "127.0.0.1:0"));
        Assert.Equal(
            "farm: 'farm cache' does not take '--lisen' and 1 more; did you mean '--listen'?\nTry 'farm cache --help'.\n",
            _error.ToString()
        );
    }

    [Fact]
    public async Task Arguments_that_a_verb_has_no_room_for_are_told_in_one_sentence()
    {
        Assert.Equal(ExitCode.Refused, await RunAsync("store", "dump", "one", "two", "three", "four"));
        Assert.Equal(
            "farm: 'farm store dump' does not take 'two' and 2 more.\nTry 'farm store dump --help'.\n",
            _error.ToString()
        );
    }

    [Theory]
    [InlineData("farm: there is no verb ''.", "")]
    [InlineData("farm: 'farm status' does not take ''.", "status", "")]
    public async Task An_argument_of_no_letters_is_told(string expected, params string[] arguments)
    {
        Assert.Equal(ExitCode.Refused, await RunAsync(arguments));
        Assert.StartsWith($"{expected}\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_ends_with_examples()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("status", "--help"));
        Assert.Contains("Examples:\n  farm status\n", _out.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("daemon")]
    [InlineData("serve")]
    public async Task Help_tells_the_flags_that_a_verb_has_from_nix_daemon(string verb)
    {
        Assert.Equal(ExitCode.Done, await RunAsync(verb, "--help"));
        var help = _out.ToString();
        Assert.Contains($" {verb} [options]\n", help, StringComparison.Ordinal);
        Assert.Contains("\nFlags:\n  --socket PATH\n", help, StringComparison.Ordinal);
        Assert.DoesNotContain("Arguments", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_is_one_line()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("--version"));
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", _out.ToString());
    }

    [Fact]
    public async Task No_coordinator_is_one_sentence_and_no_stack_trace()
    {
        // The discard port of the local machine: nobody listens, and nobody may without privileges.
        Assert.Equal(ExitCode.Refused, await RunAsync("status", "--coordinator", "http://127.0.0.1:9"));
        var line = Assert.Single(_error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("farm: No coordinator answers at http://127.0.0.1:9/ (", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_coordinator_address_that_is_none_is_named()
    {
        Assert.Equal(ExitCode.Refused, await RunAsync("status", "--coordinator", "here"));
        Assert.Contains("'here' is no address of a coordinator", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("log", "hello")]
    [InlineData("explain", "/nix/store/hello.drv")]
    public async Task What_is_no_derivation_is_refused_before_anyone_is_asked(string verb, string drv)
    {
        Assert.Equal(ExitCode.Refused, await RunAsync(verb, drv, "--coordinator", "http://127.0.0.1:9"));
        Assert.Contains($"'{drv}' is no derivation in a store", _error.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }

    private Task<int> RunAsync(params string[] arguments) =>
        FarmProgram.RunAsync(
            arguments,
            new FarmTerminal(_out, Stream.Null, _error, IsLive: false, OutHasColour: false, ErrorHasColour: false)
        );
}
