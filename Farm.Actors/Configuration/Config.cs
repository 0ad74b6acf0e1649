using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Farm.Actors.Configuration;

/// <summary>Settings by dotted path. A getter gives its default where the path has no value (or null), and refuses a value of
/// another form.</summary>
/// <exception cref="ConfigurationException">From each getter: the value has not the form that is asked for.</exception>
public sealed class Config
{
    internal Config(HoconValue.Table root) => Root = root;

    public static Config Empty => ConfigurationFactory.Empty;
    public bool IsEmpty => Root.Fields.Count == 0;
    internal HoconValue.Table Root { get; }

    public bool HasPath(string path) => Find(path) is not null;

    /// <summary>This, and the other's values where this has none; objects in both are merged.</summary>
    public Config WithFallback(Config fallback)
    {
        ArgumentNullException.ThrowIfNull(fallback);
        return new Config(Root.WithFallback(fallback.Root));
    }

    /// <returns>Null when the path has no value.</returns>
    public Config? GetConfig(string path) =>
        Find(path) switch
        {
            null => null,
            HoconValue.Table table => new Config(table),
            var other => throw Malformed(path, other, "an object { … }"),
        };

    [return: NotNullIfNotNull(nameof(@default))]
    public string? GetString(string path, string? @default = null) => Scalar(path, "a text") ?? @default;

    /// <summary>on, yes and true; off, no and false.</summary>
    public bool GetBoolean(string path, bool @default = false) =>
        Get(
            path,
            "on or off",
            @default,
            text =>
                text switch
                {
                    "on" or "yes" or "true" => true,
                    "off" or "no" or "false" => false,
                    _ => null,
                }
        );

    public int GetInt(string path, int @default = 0) =>
        Get(path, "a whole number of 32 bits", @default, text => Number<int>(text));

    public long GetLong(string path, long @default = 0) =>
        Get(path, "a whole number of 64 bits", @default, text => Number<long>(text));

    public double GetDouble(string path, double @default = 0) =>
        Get(path, "a number", @default, text => Number<double>(text));

    public decimal GetDecimal(string path, decimal @default = 0) =>
        Get(path, "a number", @default, text => Number<decimal>(text));

    /// <summary>A number with ns, us, ms, s, m, h or d; milliseconds without a unit.</summary>
    /// <param name="path">The path.</param>
    /// <param name="default">Null for zero.</param>
    /// <param name="allowInfinite">Whether <c>infinite</c>, which gives <see cref="Timeout.InfiniteTimeSpan"/>, is fine.</param>
    public TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Get(
            path,
            "a duration such as 500 ms, 10 s, 5 m",
            @default ?? TimeSpan.Zero,
            text => allowInfinite && text == "infinite" ? Timeout.InfiniteTimeSpan : HoconText.Duration(text)
        );

    /// <summary>A number with B, kB (1000), K or KiB (1024), M, MB, MiB, and so on to P; bytes without a unit.</summary>
    /// <returns>Null when the path has no value.</returns>
    public long? GetByteSize(string path) =>
        Scalar(path, "a size") is { } text
            ? HoconText.ByteSize(text)
                ?? throw Malformed(path, new HoconValue.Text(text), "a size such as 64 KiB, 10 MB")
            : null;

    /// <returns>Empty when the path has no value.</returns>
    public IList<string> GetStringList(string path) => GetStringList(path, []);

    public IList<string> GetStringList(string path, string[] @default) =>
        Find(path) switch
        {
            null => @default,
            HoconValue.Sequence list => [.. list.Items.Select(item => Item(path, item))],
            var other => throw Malformed(path, other, "a list [ … ]"),
        };

    /// <summary>The keys at the top, with their values.</summary>
    public IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() => Root.Fields;

    /// <summary>The configuration as HOCON that reads back the same.</summary>
    public override string ToString() => Root.ToString();

    private static T? Number<T>(string text)
        where T : struct, IParsable<T> =>
        T.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Item(string path, HoconValue item) =>
        item is HoconValue.Text text ? text.Value : throw Malformed(path, item, "a list of texts");

    private static ConfigurationException Malformed(string path, HoconValue value, string form) =>
        new($"{path} is {value.Kind}: it must be {form}.");

    private T Get<T>(string path, string form, T @default, Func<string, T?> read)
        where T : struct =>
        Scalar(path, form) is { } text
            ? read(text) ?? throw Malformed(path, new HoconValue.Text(text), form)
            : @default;

    private string? Scalar(string path, string form) =>
        Find(path) switch
        {
            null => null,
            HoconValue.Text text => text.Value,
            var other => throw Malformed(path, other, form),
        };

    private HoconValue? Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        HoconValue? at = Root;
        foreach (var key in HoconText.Path(path))
            at = at is HoconValue.Table table ? table.Fields.GetValueOrDefault(key) : null;
        return at is HoconValue.Null ? null : at;
    }
}
