using System.Text;
using Farm.Fuzz.Engine;

namespace Farm.Fuzz.Targets;

/// <summary>HOCON: a configuration that is printed reads back the same, and every getter gives a value or refuses.</summary>
public sealed class HoconTarget : FuzzTarget
{
    private static readonly string[] s_keys = ["a", "b", "c", "a.b", "b.c.a", "\"q.k\"", "a.b.c.d"];

    public override string Name => "hocon";

    public override IReadOnlyList<byte[]> Words { get; } =
        Targets.Words.Of(
            "{",
            "}",
            "[",
            "]",
            "=",
            ":",
            "+=",
            ",",
            "\n",
            "\"",
            "\"\"\"",
            "${a}",
            "${?a}",
            "${a.b}",
            "${b}${b}",
            "a = ${b}\n",
            "b = ${a}\n",
            "a = ${a} [1]\n",
            "a.",
            "# x\n",
            "// x\n",
            "include \"a\"\n",
            "include required(file(\"a\"))\n",
            "\\u00e9",
            "\\",
            "null",
            "infinite",
            "10 s",
            "1e400",
            "99999999999999999999 PiB",
            "-1d",
            "on",
            "\u00A0",
            "\uFEFF"
        );

    /// <summary>Substitutions may make so much of a short text, and no more.</summary>
    public override int AllocationBaseBytes => 128 * 1024 * 1024;

    public override bool IsRefusal(Exception failure) => failure is ConfigurationException;

    public override byte[] Generate(Random random)
    {
        var text = new StringBuilder();
        Fields(text, random, 3);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public override ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        var config = ConfigurationFactory.ParseString(Encoding.UTF8.GetString(input));
        traits.Add(Traits.Count("keys", config.AsEnumerable().Count()));
        traits.Add(Traits.Count("printed", config.ToString().Length));
        foreach (var (key, value) in config.AsEnumerable())
            traits.Add($"{key.Length > 0} {value.GetType().Name}");
        return default;
    }

    public override ValueTask CheckAsync(byte[] input)
    {
        Config config;
        try
        {
            config = ConfigurationFactory.ParseString(Encoding.UTF8.GetString(input));
        }
        catch (ConfigurationException)
        {
            return default;
        }
        var printed = config.ToString();
        LawBrokenException.Unless(
            ConfigurationFactory.ParseString(printed).ToString() == printed,
            "what is printed reads back the same"
        );
        LawBrokenException.Unless(
            config.WithFallback(config).ToString().Length == printed.Length,
            "a configuration is its own fallback"
        );
        foreach (var path in s_keys)
            ReadAll(config, path);
        return default;
    }

    private static void ReadAll(Config config, string path)
    {
        Action[] getters =
        [
            () => config.GetString(path),
            () => config.GetBoolean(path),
            () => config.GetInt(path),
            () => config.GetLong(path),
            () => config.GetDouble(path),
            () => config.GetDecimal(path),
            () => config.GetTimeSpan(path),
            () => config.GetByteSize(path),
            () => config.GetStringList(path),
            () => config.GetConfig(path),
        ];
        foreach (var get in getters)
        {
            try
            {
                get();
            }
            catch (ConfigurationException)
            {
                // A value of another form.
            }
        }
    }

    private static void Fields(StringBuilder text, Random random, int depth)
    {
        for (var count = random.Next(5); count > 0; count--)
        {
            text.Append(Targets.Words.Pick(random, s_keys))
                .Append(Targets.Words.Pick(random, " = ", ": ", " += ", "="));
            Value(text, random, depth);
            text.Append(Targets.Words.Pick(random, "\n", ",", "\n\n", " # x\n"));
        }
    }

    private static void Value(StringBuilder text, Random random, int depth)
    {
        switch (random.Next(depth > 0 ? 8 : 6))
        {
            case 6:
                text.Append('{');
                Fields(text, random, depth - 1);
                text.Append('}');
                break;
            case 7:
                text.Append('[');
                for (var count = random.Next(4); count > 0; count--)
                {
                    Value(text, random, depth - 1);
                    text.Append(", ");
                }
                text.Append(']');
                break;
            case 0:
                text.Append($"${{{Targets.Words.Pick(random, "", "?")}{Targets.Words.Pick(random, s_keys)}}}");
                break;
            default:
                text.Append(
                    Targets.Words.Pick(
                        random,
                        "1",
                        "10 s",
                        "64 KiB",
                        "on",
                        "null",
                        "x y",
                        "\"q\\n\"",
                        "\"\"\"t\n\"\"\"",
                        "-1.5e3"
                    )
                );
                break;
        }
    }
}
