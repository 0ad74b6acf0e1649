using System.Collections.Immutable;

namespace Farm.Store.BinaryCaches;

/// <summary>Names and passwords by host.</summary>
/// <remarks>Shape: words <c>machine HOST login NAME password WORD</c> in any layout, and <c>default</c> instead of a machine; macros are
/// passed over. Source: curl's manual, "--netrc".</remarks>
internal sealed class Netrc
{
    private readonly ImmutableArray<(string? Host, string Login, string Password)> _entries;

    private Netrc(ImmutableArray<(string? Host, string Login, string Password)> entries) => _entries = entries;

    public static Netrc Empty { get; } = new([]);

    public static Netrc Parse(string text)
    {
        var entries = ImmutableArray.CreateBuilder<(string? Host, string Login, string Password)>();
        var isMacro = false;
        foreach (var line in text.Split('\n'))
        {
            // A macro goes on to the next empty line.
            isMacro =
                (isMacro && line.Trim().Length > 0) || line.TrimStart().StartsWith("macdef", StringComparison.Ordinal);
            if (isMacro || line.TrimStart().StartsWith('#'))
                continue;
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < words.Length; i++)
            {
                var next = i + 1 < words.Length ? words[i + 1] : "";
                switch (words[i])
                {
                    case "machine":
                        entries.Add((next, "", ""));
                        i++;
                        break;
                    case "default":
                        entries.Add((null, "", ""));
                        break;
                    case "login" when entries.Count > 0:
                        entries[^1] = entries[^1] with { Login = next };
                        i++;
                        break;
                    case "password" when entries.Count > 0:
                        entries[^1] = entries[^1] with { Password = next };
                        i++;
                        break;
                    default:
                        i++;
                        break;
                }
            }
        }
        return new(entries.ToImmutable());
    }

    /// <summary>What to say to a host; null where nothing is known for it.</summary>
    public (string Login, string Password)? Find(string host)
    {
        foreach (var entry in _entries)
        {
            if (entry.Host is null || string.Equals(entry.Host, host, StringComparison.OrdinalIgnoreCase))
                return (entry.Login, entry.Password);
        }
        return null;
    }
}
