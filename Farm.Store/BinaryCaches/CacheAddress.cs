using System.Collections.Immutable;
using System.Globalization;
using Farm.Store.Compressing;

namespace Farm.Store.BinaryCaches;

/// <summary>Where a binary cache is and how it is used: the store URLs of Nix that name binary caches.</summary>
/// <remarks>Shape: <c>https://host/dir?priority=10&amp;trusted=1</c>, <c>file:///dir</c>, or an absolute directory. Source: Nix manual,
/// "HTTP Binary Cache Store" and "Local Binary Cache Store". Unlike Nix, an unknown parameter is refused.</remarks>
public sealed record CacheAddress
{
    private static readonly string[] s_ignored = ["path-info-cache-size", "system-features", "index-debug-info"];

    private CacheAddress(Uri location) => Location = location;

    /// <summary>An <c>http</c>, <c>https</c> or <c>file</c> address without parameters; user information included where given.</summary>
    public Uri Location { get; }

    /// <summary>How what is added is compressed.</summary>
    public NarCompression Compression { get; private init; } = NarCompression.Xz;

    /// <summary>Null for the compression's own default.</summary>
    public int? CompressionLevel { get; private init; }

    /// <summary>Whether one archive is compressed by several threads.</summary>
    public bool IsCompressedInParallel { get; private init; }

    /// <summary>Whether a listing is written beside each archive.</summary>
    public bool WritesListings { get; private init; }

    /// <summary>Files of keys that sign what is added.</summary>
    public ImmutableArray<string> SecretKeyFiles { get; private init; } = [];

    /// <summary>Rank given by the user; null leaves it to the cache.</summary>
    public int? Priority { get; private init; }

    /// <summary>Whether the cache is believed without signatures.</summary>
    public bool IsTrusted { get; private init; }

    /// <summary>The address without parameters and user information, and without a slash at its end.</summary>
    public string Shown =>
        Location.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped).TrimEnd('/');

    /// <exception cref="NixFormatException">It is no such address, or a parameter is unknown or malformed.</exception>
    public static CacheAddress Parse(string text)
    {
        var question = text.IndexOf('?', StringComparison.Ordinal);
        var place = question < 0 ? text : text[..question];
        var isDirectory = place.StartsWith('/');
        if (
            !Uri.TryCreate(
                isDirectory
                    ? "file://" + Uri.EscapeDataString(place).Replace("%2F", "/", StringComparison.Ordinal)
                    : place,
                UriKind.Absolute,
                out var location
            )
            || location.Scheme is not ("http" or "https" or "file")
            || (location.IsFile && location.Host.Length > 0)
        )
        {
            throw new NixFormatException(
                $"'{text}' is no binary cache: an address that begins with https://, http:// or file:///, or a directory, is meant."
            );
        }
        var address = new CacheAddress(location);
        foreach (var parameter in question < 0 ? [] : text[(question + 1)..].Split('&'))
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw new NixFormatException($"'{parameter}' in '{text}' is no parameter: name=value is meant.");
            address = address.With(
                Uri.UnescapeDataString(parameter[..equals]),
                Uri.UnescapeDataString(parameter[(equals + 1)..])
            );
        }
        return address;
    }

    public override string ToString() => Shown;

    private CacheAddress With(string name, string value) =>
        name switch
        {
            "compression" => this with
            {
                Compression =
                    NarCompression.Find(value)
                    ?? throw new NixFormatException(
                        $"'{value}' is no compression here: {string.Join(", ", NarCompression.All)} are."
                    ),
            },
            "compression-level" => this with
            {
                CompressionLevel = Number(name, value) is >= 0 and var level ? level : null,
            },
            "parallel-compression" => this with { IsCompressedInParallel = Flag(name, value) },
            "write-nar-listing" => this with { WritesListings = Flag(name, value) },
            "secret-key" => this with { SecretKeyFiles = SecretKeyFiles.Add(value) },
            "secret-keys" => this with { SecretKeyFiles = [.. SecretKeyFiles, .. value.Split(',')] },
            "priority" => this with { Priority = Number(name, value) },
            "trusted" => this with { IsTrusted = Flag(name, value) },
            "want-mass-query" => Flag(name, value) ? this : this,
            _ when s_ignored.Contains(name) => this,
            _ => throw new NixFormatException($"'{name}' is no parameter of a binary cache."),
        };

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new NixFormatException($"'{value}' for '{name}' is no number.");

    private static bool Flag(string name, string value) =>
        value switch
        {
            "1" or "true" => true,
            "0" or "false" => false,
            _ => throw new NixFormatException($"'{value}' for '{name}' is neither true nor false."),
        };
}
