namespace Farm.Cli.Settings;

/// <summary>Compares settings with the reference, which has every key there is.</summary>
public static class UnknownKeys
{
    private const string Root = "farm";

    /// <summary>A key that no part of the program reads.</summary>
    /// <param name="Key">Its whole path.</param>
    /// <param name="Nearest">The key that was probably meant; null when none is near.</param>
    public sealed record Unknown(string Key, string? Nearest);

    /// <summary>The first key below <c>farm</c> that the reference lacks, or that is a section in one and a value in the other.</summary>
    public static Unknown? First(Config settings, Config reference) =>
        settings.GetConfig(Root) is { } own && FirstIn(Root, own, reference.GetConfig(Root)) is { } key
            ? new Unknown(key, NearestName.Find(key, Leaves(Root, reference.GetConfig(Root))))
            : null;

    private static string? FirstIn(string path, Config own, Config? reference)
    {
        foreach (var (name, value) in own.AsEnumerable())
        {
            var key = $"{path}.{name}";
            if (reference is null || !IsDefined(name, reference, out var isSection) || isSection != IsSection(value))
            {
                return key;
            }
            if (isSection && FirstIn(key, own.GetConfig(Quote(name))!, reference.GetConfig(Quote(name))) is { } inner)
            {
                return inner;
            }
        }
        return null;
    }

    private static IEnumerable<string> Leaves(string path, Config? section) =>
        section is null
            ? []
            : section
                .AsEnumerable()
                .SelectMany(field =>
                    IsSection(field.Value)
                        ? Leaves($"{path}.{field.Key}", section.GetConfig(Quote(field.Key)))
                        : [$"{path}.{field.Key}"]
                );

    private static bool IsDefined(string name, Config reference, out bool isSection)
    {
        foreach (var (key, value) in reference.AsEnumerable())
        {
            if (key == name)
            {
                isSection = IsSection(value);
                return true;
            }
        }
        isSection = false;
        return false;
    }

    /// <summary>Written as HOCON, an object and nothing else begins with a brace.</summary>
    private static bool IsSection(object value) => value.ToString()!.StartsWith('{');

    private static string Quote(string name) => $"\"{name}\"";
}
