using System.Text;
using Farm.Store.Hashing;

namespace Farm.Store.Paths;

/// <summary>The logical store directory, <c>/nix/store</c> as a rule: a prefix of every full path, and part of what is hashed.</summary>
/// <remarks>Shape: absolute, no empty, <c>.</c> or <c>..</c> component, no slash at the end.
/// <c>default(StoreDir)</c> is none and throws on use. It tells nothing about where the files are.</remarks>
public readonly record struct StoreDir
{
    /// <summary>Longest path in bytes that the kernel takes, which bounds a store directory too.</summary>
    public const int MaxLength = 4095;

    private readonly string? _text;
    private readonly ByteString _prefix;

    private StoreDir(string text) => (_text, _prefix) = (text, ByteString.FromUtf8(text + "/"));

    /// <summary><c>/nix/store</c>.</summary>
    public static StoreDir Default { get; } = new("/nix/store");

    /// <summary>The directory without a slash at its end.</summary>
    public string Text => _text ?? throw new InvalidOperationException("default(StoreDir) is no store directory.");

    /// <summary>Takes a canonical absolute directory.</summary>
    /// <exception cref="NixFormatException">It is not absolute, not canonical, too long, or the root.</exception>
    public static StoreDir Parse(string text)
    {
        var rule = text switch
        {
            "" or "/" => "it must be a directory below the root",
            _ when text[0] != '/' => "it must begin with a slash",
            _ when text.Contains('\0') => "it must not contain a NUL",
            _ when Encoding.UTF8.GetByteCount(text) > MaxLength => $"it must not be longer than {MaxLength} bytes",
            _ when Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) != text =>
                "it must not have half a surrogate pair",
            _ when Canonical(text) != text => "it must have no empty, '.' or '..' component and no slash at the end",
            _ => null,
        };
        return rule is null ? new(text) : throw new NixFormatException($"'{text}' is no store directory: {rule}.");
    }

    /// <summary>The full path of a store object.</summary>
    public string Print(StorePath path) => $"{Text}/{path}";

    /// <summary>Reads a full path: exactly this directory, a slash, a base name.</summary>
    /// <exception cref="NixFormatException">It is elsewhere, or its base name breaks a rule; the message says which.</exception>
    public StorePath ParsePath(string full) =>
        Read(full, out var path) is { } rule
            ? throw new NixFormatException($"'{full}' is no store path: {rule}.")
            : path;

    /// <summary>As <see cref="ParsePath(string)"/>, from bytes.</summary>
    /// <exception cref="NixFormatException">It is elsewhere, or its base name breaks a rule; the message says which.</exception>
    public StorePath ParsePath(ReadOnlySpan<byte> full, long byteOffset = 0)
    {
        var rule = full.StartsWith(Prefix) ? StorePath.Read(full[Prefix.Length..], out var path) : PrefixRule(out path);
        return rule is null
            ? path
            : throw new NixFormatException($"'{StorePath.Shown(full)}' is no store path: {rule}.", byteOffset);
    }

    /// <summary>As <see cref="ParsePath(string)"/>; false where it throws.</summary>
    public bool TryParsePath(ReadOnlySpan<char> full, out StorePath path) => Read(full, out path) is null;

    /// <summary>As <see cref="ParsePath(string)"/>, from bytes; false where it throws.</summary>
    public bool TryParsePath(ReadOnlySpan<byte> full, out StorePath path)
    {
        path = default;
        return full.StartsWith(Prefix) && StorePath.Read(full[Prefix.Length..], out path) is null;
    }

    /// <summary>Reads a full path as people write it: doubled slashes, <c>.</c>, <c>..</c> and a slash at the end are resolved first.</summary>
    /// <exception cref="NixFormatException">What remains is no store path.</exception>
    public StorePath ParseTolerantPath(string full) => ParsePath(Canonical(full));

    /// <summary>Divides a path at or inside a store object into the object and the rest.</summary>
    /// <returns>The rest begins with a slash; it is empty for the object itself.</returns>
    /// <exception cref="NixFormatException">The path is not inside a store object.</exception>
    public (StorePath Path, string Inside) ParseInside(string full)
    {
        var slash = full.Length > Text.Length ? full.IndexOf('/', Text.Length + 1) : -1;
        return slash < 0 ? (ParsePath(full), "") : (ParsePath(full[..slash]), full[slash..]);
    }

    public override string ToString() => Text;

    /// <summary>The directory and a slash, in UTF-8.</summary>
    internal ReadOnlySpan<byte> Prefix =>
        _text is null ? throw new InvalidOperationException("default(StoreDir) is no store directory.") : _prefix.Span;

    private string? Read(ReadOnlySpan<char> full, out StorePath path) =>
        full.Length > Text.Length && full.StartsWith(Text, StringComparison.Ordinal) && full[Text.Length] == '/'
            ? StorePath.Read(full[(Text.Length + 1)..], out path)
            : PrefixRule(out path);

    private string PrefixRule(out StorePath path)
    {
        path = default;
        return $"it must be directly in '{Text}'";
    }

    private static string Canonical(string path)
    {
        var components = new List<string>();
        foreach (var component in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (component == ".." && components.Count > 0)
                components.RemoveAt(components.Count - 1);
            else if (component is not ("." or ".."))
                components.Add(component);
        }
        return "/" + string.Join('/', components);
    }
}
