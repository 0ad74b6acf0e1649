using Farm.Cli.Nodes;

namespace Farm.Tests.Cli.Nodes;

public sealed class NodeOutputTests
{
    [Fact]
    public void Names_are_padded_to_one_column()
    {
        var text = new StringWriter();
        var output = new NodeOutput(text, ["coordinator", "worker-1"], hasColour: false);
        output.Write("worker-1", "connected");
        output.Write("coordinator", "listening");
        Assert.Equal("worker-1    | connected\ncoordinator | listening\n", text.ToString());
    }

    [Fact]
    public void On_a_colour_terminal_only_the_name_is_coloured()
    {
        var text = new StringWriter();
        new NodeOutput(text, ["a", "b"], hasColour: true).Write("b", "line");
        Assert.Equal("\e[33mb\e[0m | line\n", text.ToString());
    }
}
