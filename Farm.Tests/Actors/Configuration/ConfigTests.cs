namespace Farm.Tests.Actors.Configuration;

public sealed class ConfigTests
{
    private static Config Parse(string hocon) => ConfigurationFactory.ParseString(hocon);

    [Fact]
    public void Objects_dotted_keys_and_separators_mean_the_same()
    {
        var nested = Parse("a { b { c = 1 }, d : 2 }");
        var dotted = Parse("a.b.c = 1\na.d = 2");
        Assert.Equal(1, nested.GetInt("a.b.c"));
        Assert.Equal(2, nested.GetInt("a.d"));
        Assert.Equal(nested.ToString(), dotted.ToString());
    }

    [Fact]
    public void Json_is_read()
    {
        var config = Parse("""{ "a": { "b c": "x\n\u0041", "list": [1, 2] }, "t": true }""");
        Assert.Equal("x\nA", config.GetString("a.\"b c\""));
        Assert.Equal(["1", "2"], config.GetStringList("a.list"));
        Assert.True(config.GetBoolean("t"));
    }

    [Fact]
    public void Objects_of_the_same_key_are_merged_and_the_last_value_wins()
    {
        var config = Parse("a { x = 1, y = 1 }\na { y = 2, z = 3 }");
        Assert.Equal((1, 2, 3), (config.GetInt("a.x"), config.GetInt("a.y"), config.GetInt("a.z")));
    }

    [Fact]
    public void Comments_are_skipped()
    {
        var config = Parse("# one\na = 1 // two\n// three\nb = 2 # four");
        Assert.Equal(1, config.GetInt("a"));
        Assert.Equal(2, config.GetInt("b"));
    }

    [Fact]
    public void Unquoted_texts_keep_inner_space_and_lose_outer()
    {
        var config = Parse("a =   hello  big world  \nurl = \"http://x:80/\"y");
        Assert.Equal("hello  big world", config.GetString("a"));
        Assert.Equal("http://x:80/y", config.GetString("url"));
    }

    [Fact]
    public void Triple_quoted_texts_span_lines() =>
        Assert.Equal("one\n \"two\"", Parse("a = \"\"\"one\n \"two\"\"\"\"").GetString("a"));

    [Fact]
    public void Lists_are_split_by_commas_or_lines() =>
        Assert.Equal(["a b", "c", "d"], Parse("l = [ a b\n c, \"d\", ]").GetStringList("l"));

    [Fact]
    public void Substitutions_are_made_wherever_they_stand()
    {
        var config = Parse("dir = /var\nlog = ${dir}/log\nall = [${log}, x]\ncopy = ${o} { b = 2 }\no { a = 1 }");
        Assert.Equal("/var/log", config.GetString("log"));
        Assert.Equal(["/var/log", "x"], config.GetStringList("all"));
        Assert.Equal((1, 2), (config.GetInt("copy.a"), config.GetInt("copy.b")));
    }

    [Fact]
    public void A_substitution_sees_the_last_value() =>
        Assert.Equal("2", Parse("a = 1\nb = ${a}\na = 2").GetString("b"));

    [Fact]
    public void An_optional_substitution_leaves_the_default()
    {
        Assert.Equal("default", Parse("a = default\na = ${?no.such.path}").GetString("a"));
        Assert.False(Parse("a = ${?no.such.path}").HasPath("a"));
    }

    [Fact]
    public void A_substitution_falls_back_to_the_environment() =>
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), Parse("a = ${PATH}").GetString("a"));

    [Fact]
    public void A_key_may_build_on_its_earlier_value()
    {
        Assert.Equal("one two", Parse("a = one\na = ${a} two").GetString("a"));
        Assert.Equal(["1", "2"], Parse("l = [1]\nl = ${l} [2]").GetStringList("l"));
    }

    [Fact]
    public void Plus_equals_appends()
    {
        Assert.Equal(["1", "2", "3"], Parse("o.l = [1]\no.l += 2\no { l += 3 }").GetStringList("o.l"));
        Assert.Equal(["1"], Parse("l += 1").GetStringList("l"));
    }

    [Theory]
    [InlineData("250", 250)]
    [InlineData("250 ms", 250)]
    [InlineData("1.5s", 1500)]
    [InlineData("2 m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1 d", 86_400_000)]
    [InlineData("3 minutes", 180_000)]
    public void Durations_have_units(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Parse($"t = {text}").GetTimeSpan("t"));

    [Fact]
    public void An_infinite_duration_is_the_infinite_timeout() =>
        Assert.Equal(Timeout.InfiniteTimeSpan, Parse("t = infinite").GetTimeSpan("t"));

    [Theory]
    [InlineData("10", 10)]
    [InlineData("10B", 10)]
    [InlineData("10 kB", 10_000)]
    [InlineData("10K", 10_240)]
    [InlineData("64 KiB", 65_536)]
    [InlineData("1MB", 1_000_000)]
    [InlineData("1 MiB", 1_048_576)]
    [InlineData("2GiB", 2_147_483_648)]
    public void Sizes_have_units(string text, long bytes) => Assert.Equal(bytes, Parse($"s = {text}").GetByteSize("s"));

    [Theory]
    [InlineData("on", true)]
    [InlineData("yes", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("no", false)]
    [InlineData("false", false)]
    public void Booleans_have_three_spellings(string text, bool value) =>
        Assert.Equal(value, Parse($"b = {text}").GetBoolean("b", !value));

    [Fact]
    public void A_missing_path_gives_the_default()
    {
        var config = Parse("a = 1");
        Assert.Equal(7, config.GetInt("b", 7));
        Assert.Null(config.GetString("a.b.c"));
        Assert.Null(config.GetByteSize("b"));
        Assert.Empty(config.GetStringList("b"));
        Assert.Null(config.GetConfig("b"));
    }

    [Fact]
    public void WithFallback_fills_what_is_missing_and_merges_objects()
    {
        var config = Parse("a { x = 1 }, l = [1]").WithFallback(Parse("a { x = 9, y = 2 }, l = [8, 9], z = 3"));
        Assert.Equal((1, 2, 3), (config.GetInt("a.x"), config.GetInt("a.y"), config.GetInt("z")));
        Assert.Equal(["1"], config.GetStringList("l"));
    }

    [Fact]
    public void Null_hides_an_earlier_value() => Assert.False(Parse("a = 1\na = null").HasPath("a"));

    [Fact]
    public void The_text_of_a_configuration_reads_back_the_same()
    {
        var config = Parse("a { \"b.c\" = \"x \\\" y\", l = [1, { z = ${?HOME} }] }");
        Assert.Equal(config.ToString(), Parse(config.ToString()!).ToString());
    }
}
