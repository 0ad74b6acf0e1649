using System.Text;
using Farm.Store.Hashing;

namespace Farm.Store.Paths;

/// <summary>A store object's place in any store directory: hash and name, without the directory.</summary>
/// <remarks>Shape of the text: 32 nix32 digits, a dash, a <see cref="StorePathName"/>. Ordered as that text is ordered by bytes,
/// which within one store directory is also the order of full paths. <c>default(StorePath)</c> is none and throws on use.
/// Source: Nix manual, "Store path".</remarks>
public readonly record struct StorePath : IComparable<StorePath>
{
    /// <summary>What the name of a derivation ends in.</summary>
    public const string DerivationSuffix = ".drv";

    /// <summary>Longest base name.</summary>
    public const int MaxLength = StorePathHash.TextLength + 1 + StorePathName.MaxLength;

    private readonly string? _name;

    private StorePath(StorePathHash hash, string name) => (Hash, _name) = (hash, name);

    public StorePathHash Hash { get; }

    /// <summary>The name after the dash; a valid <see cref="StorePathName"/>.</summary>
    public string Name => _name ?? throw new InvalidOperationException("default(StorePath) is no store path.");

    /// <summary>Whether the name ends in <c>.drv</c>.</summary>
    public bool IsDerivation => Name.EndsWith(DerivationSuffix, StringComparison.Ordinal);

    /// <summary>Puts a hash and a name together.</summary>
    public static StorePath Create(StorePathHash hash, StorePathName name) => new(hash, name.Text);

    /// <summary>Reads a base name.</summary>
    /// <exception cref="NixFormatException">It breaks a rule, which the message names.</exception>
    public static StorePath Parse(string baseName) =>
        Read(baseName, out var path) is { } rule
            ? throw new NixFormatException($"'{baseName}' is no store path: {rule}.")
            : path;

    /// <summary>As <see cref="Parse(string)"/>, from ASCII.</summary>
    /// <exception cref="NixFormatException">It breaks a rule, which the message names.</exception>
    public static StorePath Parse(ReadOnlySpan<byte> baseName) =>
        Read(baseName, out var path) is { } rule
            ? throw new NixFormatException($"'{Shown(baseName)}' is no store path: {rule}.")
            : path;

    /// <summary>As <see cref="Parse(string)"/>; false where it throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> baseName, out StorePath path) => Read(baseName, out path) is null;

    /// <summary>As <see cref="Parse(string)"/>, from ASCII; false where it throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> baseName, out StorePath path) => Read(baseName, out path) is null;

    /// <summary>Length of the base name in characters, which are bytes.</summary>
    public int TextLength => StorePathHash.TextLength + 1 + Name.Length;

    /// <summary>Writes the base name as ASCII to the start of <paramref name="destination"/>; returns how many bytes.</summary>
    public int Print(Span<byte> destination)
    {
        var name = Name;
        Hash.Print(destination);
        destination[StorePathHash.TextLength] = (byte)'-';
        Encoding.ASCII.GetBytes(name, destination[(StorePathHash.TextLength + 1)..]);
        return StorePathHash.TextLength + 1 + name.Length;
    }

    public int CompareTo(StorePath other)
    {
        var order = Hash.CompareTo(other.Hash);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }

    public override int GetHashCode() => Hash.GetHashCode();

    /// <summary>The base name.</summary>
    public override string ToString() =>
        string.Create(
            TextLength,
            this,
            static (text, path) =>
            {
                path.Hash.Print(text);
                text[StorePathHash.TextLength] = '-';
                path.Name.CopyTo(text[(StorePathHash.TextLength + 1)..]);
            }
        );

    /// <summary>Reads a base name; returns the rule it breaks, or null.</summary>
    internal static string? Read(ReadOnlySpan<char> baseName, out StorePath path)
    {
        path = default;
        if (baseName.Length <= StorePathHash.TextLength || baseName[StorePathHash.TextLength] != '-')
            return ShapeRule;
        if (!StorePathHash.TryParse(baseName[..StorePathHash.TextLength], out var hash))
            return HashRule;
        var name = baseName[(StorePathHash.TextLength + 1)..];
        if (StorePathName.BrokenRule(name) is { } rule)
            return $"its name breaks the rule: {rule}";
        path = new(hash, name.ToString());
        return null;
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{char}, out StorePath)"/>
    internal static string? Read(ReadOnlySpan<byte> baseName, out StorePath path)
    {
        path = default;
        if (baseName.Length <= StorePathHash.TextLength || baseName[StorePathHash.TextLength] != (byte)'-')
            return ShapeRule;
        if (!StorePathHash.TryParse(baseName[..StorePathHash.TextLength], out var hash))
            return HashRule;
        var name = baseName[(StorePathHash.TextLength + 1)..];
        if (StorePathName.BrokenRule(name) is { } rule)
            return $"its name breaks the rule: {rule}";
        path = new(hash, Encoding.ASCII.GetString(name));
        return null;
    }

    /// <summary>Text for a message: at most the longest base name's worth, foreign bytes as Latin-1.</summary>
    internal static string Shown(ReadOnlySpan<byte> text) =>
        text.Length <= MaxLength + 64
            ? ByteString.FromBytes(text).ToString()
            : $"{ByteString.FromBytes(text[..MaxLength])}…";

    private const string ShapeRule = "32 nix32 digits, a dash and a name must follow each other";
    private const string HashRule = "the first 32 characters must be digits out of 0123456789abcdfghijklmnpqrsvwxyz";
}
