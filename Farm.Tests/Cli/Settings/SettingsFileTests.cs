using Farm.Cli;
using Farm.Cli.Settings;

namespace Farm.Tests.Cli.Settings;

public sealed class SettingsFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("farm-settings-");

    [Fact]
    public void The_defaults_are_inside_the_program() =>
        Assert.NotEqual("", SettingsFile.Defaults().GetString("farm.cli.coordinator", ""));

    [Fact]
    public void A_file_goes_before_the_defaults() =>
        Assert.Equal(
            "http://elsewhere:1",
            SettingsFile.Load(Write("farm.cli.coordinator = \"http://elsewhere:1\"")).GetString("farm.cli.coordinator")
        );

    [Fact]
    public void An_unknown_key_is_named_with_its_line_and_the_nearest_one()
    {
        var file = Write("farm {\n  cli {\n    coordinater = x\n  }\n}\n");
        var error = Assert.Throws<CommandException>(() => SettingsFile.Load(file));
        Assert.Equal(
            $"{file}:3: there is no setting farm.cli.coordinater; did you mean farm.cli.coordinator?",
            error.Message
        );
    }

    [Fact]
    public void What_is_no_HOCON_is_refused_with_file_line_and_column()
    {
        var file = Write("farm {\n  cli = [ }\n");
        var error = Assert.ThrowsAny<ConfigurationException>(() => SettingsFile.Load(file));
        Assert.StartsWith($"{file}:2:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_named_must_be_there() =>
        Assert.Contains(
            "/nowhere/cluster.hocon",
            Assert.ThrowsAny<ConfigurationException>(() => SettingsFile.Load("/nowhere/cluster.hocon")).Message,
            StringComparison.Ordinal
        );

    public void Dispose() => _directory.Delete(recursive: true);

    private string Write(string text)
    {
        var file = Path.Combine(_directory.FullName, "cluster.hocon");
        File.WriteAllText(file, text);
        return file;
    }
}
