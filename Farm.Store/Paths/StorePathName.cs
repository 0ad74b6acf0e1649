using System.Buffers;
using System.Numerics;

namespace Farm.Store.Paths;

/// <summary>The name in a store path, after the hash and the dash.</summary>
/// <remarks>Shape: 1 to 211 characters out of <c>[0-9A-Za-z+._?=-]</c>; neither the whole name nor what is before its first dash
/// is <c>.</c> or <c>..</c>. <c>default(StorePathName)</c> is no name and throws on use. Source: Nix's <c>checkName</c>.</remarks>
public readonly record struct StorePathName : IComparable<StorePathName>
{
    /// <summary>Longest name.</summary>
    public const int MaxLength = 211;

    private const string Characters = "+-.0123456789=?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> Allowed = SearchValues.Create(Characters);

    private static readonly SearchValues<byte> AllowedBytes = SearchValues.Create(
        System.Text.Encoding.ASCII.GetBytes(Characters)
    );

    private readonly string? _text;

    private StorePathName(string text) => _text = text;

    /// <summary>The name itself.</summary>
    public string Text => _text ?? throw new InvalidOperationException("default(StorePathName) is no name.");

    /// <summary>Checks and takes a name.</summary>
    /// <exception cref="NixFormatException">It breaks a rule, which the message names.</exception>
    public static StorePathName Parse(string text) =>
        BrokenRule(text) is { } rule
            ? throw new NixFormatException($"'{text}' is no store path name: {rule}.")
            : new(text);

    /// <summary>As <see cref="Parse"/>; false where it throws.</summary>
    public static bool TryParse(string text, out StorePathName value)
    {
        var isName = BrokenRule(text) is null;
        value = isName ? new(text) : default;
        return isName;
    }

    public int CompareTo(StorePathName other) => string.CompareOrdinal(Text, other.Text);

    public override string ToString() => Text;

    /// <summary>Which rule a name breaks; null when it is a name.</summary>
    internal static string? BrokenRule(ReadOnlySpan<char> name) =>
        name.ContainsAnyExcept(Allowed)
            ? "only letters, digits and the characters + - . _ ? = may be in it"
            : BrokenShape(name);

    /// <inheritdoc cref="BrokenRule(ReadOnlySpan{char})"/>
    internal static string? BrokenRule(ReadOnlySpan<byte> name) =>
        name.ContainsAnyExcept(AllowedBytes)
            ? "only letters, digits and the characters + - . _ ? = may be in it"
            : BrokenShape(name);

    private static string? BrokenShape<T>(ReadOnlySpan<T> name)
        where T : unmanaged, INumberBase<T>
    {
        if (name.IsEmpty)
            return "it must not be empty";
        if (name.Length > MaxLength)
            return $"it must not be longer than {MaxLength} characters";
        var dot = T.CreateTruncating('.');
        if (name[0] != dot)
            return null;
        var rest = name[1..];
        if (!rest.IsEmpty && rest[0] == dot)
            rest = rest[1..];
        return rest.IsEmpty || rest[0] == T.CreateTruncating('-')
            ? "it must not be '.' or '..' nor begin with '.-' or '..-'"
            : null;
    }
}
