using Farm.Cli.Progress;

namespace Farm.Tests.Cli.Progress;

public sealed class LiveDisplayTests : IDisposable
{
    private readonly StringWriter _terminal = new();

    [Fact]
    public async Task Before_any_news_a_line_is_drawn()
    {
        await using (new LiveDisplay(_terminal, hasColour: false, TimeProvider.System)) { }
        Assert.Contains("Waiting for the first news of the build", _terminal.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _terminal.Dispose();
}
