using Farm.Cli.Settings;

namespace Farm.Tests.Cli.Settings;

public sealed class KeyLineTests
{
    private const string Text = """
        # farm.worker.slot is not here
        farm {
          worker {
            name = "a # b { "   // farm.worker.slot
            systems = [ x86_64-linux,
                        "i686-linux" ]
            slot = 4
          }
          coordinator.listen : "http://x:1"
          cli { coordinator = "u" }, last = 1
        }
        farm.extra.key = 2
        """;

    [Theory]
    [InlineData("farm.worker.name", 4)]
    [InlineData("farm.worker.systems", 5)]
    [InlineData("farm.worker.slot", 7)]
    [InlineData("farm.worker", 3)]
    [InlineData("farm.coordinator.listen", 9)]
    [InlineData("farm.cli.coordinator", 10)]
    [InlineData("farm.last", 10)]
    [InlineData("farm.extra.key", 12)]
    public void A_key_is_found_where_it_is_set(string key, int line) => Assert.Equal(line, KeyLine.Find(Text, key));

    [Theory]
    [InlineData("farm.worker.slots")]
    [InlineData("slot")]
    public void A_key_that_is_not_set_has_no_line(string key) => Assert.Null(KeyLine.Find(Text, key));
}
