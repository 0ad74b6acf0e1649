#if !AKKA
namespace Farm.Tests.Actors.Configuration;

/// <summary>What Akka.NET's reader lacks: files, and errors with a place.</summary>
public sealed class HoconFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("farm-hocon-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Load_reads_includes_relative_to_the_including_file()
    {
        Write("sub/inner.hocon", "port = 80\nurl = host:${port}\ninclude \"more.hocon\"");
        Write("sub/more.hocon", "more = yes");
        var config = HoconFile.Load(Write("outer.hocon", "web { include \"sub/inner.hocon\", port = 81 }"));
        Assert.Equal("host:81", config.GetString("web.url"));
        Assert.True(config.GetBoolean("web.more"));
    }

    [Fact]
    public void A_missing_include_counts_as_empty_unless_it_is_required()
    {
        Assert.True(HoconFile.Load(Write("a.hocon", "include \"none.hocon\"")).IsEmpty);
        var refused = Assert.Throws<HoconParserException>(() =>
            HoconFile.Load(Write("b.hocon", "\ninclude required(\"none.hocon\")"))
        );
        Assert.Equal(2, refused.Line);
        Assert.Contains("none.hocon", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_include_each_other_are_refused()
    {
        Write("a.hocon", "include \"b.hocon\"");
        Assert.Throws<HoconParserException>(() => HoconFile.Load(Write("b.hocon", "include \"a.hocon\"")));
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(
            "absent.hocon",
            Assert
                .Throws<ConfigurationException>(() => HoconFile.Load(Path.Combine(_directory.FullName, "absent.hocon")))
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("a = 1\nb {\n  c = 2\n", 2, 3)]
    [InlineData("a = [1, 2", 1, 5)]
    [InlineData("a = \"open\nb = 1", 1, 5)]
    [InlineData("a = 1\n  b = ${no.such}", 2, 7)]
    [InlineData("a 1", 1, 1)]
    [InlineData("a = 1 }", 1, 7)]
    [InlineData("a =\n", 1, 4)]
    [InlineData("a = \"x\\q\"", 1, 8)]
    [InlineData("a = ${a}", 1, 5)]
    [InlineData("a = ${b}\nb = ${a}", 2, 5)]
    [InlineData("a = [1] text", 1, 5)]
    [InlineData("a = $x", 1, 5)]
    public void An_error_tells_line_and_column(string text, int line, int column)
    {
        var refused = Assert.Throws<HoconParserException>(() => ConfigurationFactory.ParseString(text));
        Assert.Equal((line, column), (refused.Line, refused.Column));
    }

    [Fact]
    public void A_text_that_nests_too_deep_is_refused() =>
        Assert.Throws<HoconParserException>(() => ConfigurationFactory.ParseString("a = " + new string('[', 100_000)));

    [Theory]
    [InlineData("v = many", "v is 'many': it must be a whole number of 32 bits.")]
    [InlineData("v { x = 1 }", "v is an object: it must be a whole number of 32 bits.")]
    [InlineData("v = 99999999999", "v is '99999999999': it must be a whole number of 32 bits.")]
    public void A_value_of_another_form_is_refused_by_name(string text, string message) =>
        Assert.Equal(
            message,
            Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString(text).GetInt("v")).Message
        );

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
#endif
