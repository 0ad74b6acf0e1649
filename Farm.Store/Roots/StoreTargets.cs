using System.Text;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Store.Roots;

/// <summary>Tells which store object a file name is in. Logical and physical names count alike, and physical ones as the kernel prints
/// them, with all links resolved.</summary>
/// <remarks>File names of the search for roots are strings with one character for each byte: links may lead to names in any
/// encoding. A difference from Nix, which knows the logical names alone.</remarks>
internal sealed class StoreTargets
{
    private readonly string[] _prefixes;

    /// <param name="storeDirectory">Descriptor of the physical store directory.</param>
    public StoreTargets(StoreLayout layout, int storeDirectory)
    {
        var resolved = RawLink.Read($"/proc/self/fd/{storeDirectory}", out _);
        string?[] directories = [Raw(layout.StoreDir.Text), Raw(layout.PhysicalStoreDir), resolved];
        _prefixes = [.. directories.OfType<string>().Distinct().Select(directory => directory + "/")];
    }

    /// <summary>The store directory's names, each with a slash at its end.</summary>
    public IReadOnlyList<string> Prefixes => _prefixes;

    /// <summary>Whether the name is in the store directory; the object is null where the name there is not one of a store object.</summary>
    public bool IsInStore(string file, out StorePath? found)
    {
        found = null;
        foreach (var prefix in _prefixes)
        {
            if (file.Length == prefix.Length || !file.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            var rest = file.AsSpan(prefix.Length);
            var slash = rest.IndexOf('/');
            if (StorePath.TryParse(slash < 0 ? rest : rest[..slash], out var path))
                found = path;
            return true;
        }
        return false;
    }

    /// <summary>One character for each byte of a name.</summary>
    public static string Raw(string name) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(name));

    /// <summary>The name for a person.</summary>
    public static string Shown(string raw) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(raw));
}
