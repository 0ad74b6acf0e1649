using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.PathInfos;

/// <summary>Reads a narinfo.</summary>
/// <remarks>Shape: lines <c>Key: value</c>, exactly a colon and one space, every line ended by a line feed. Leniencies, all Nix's:
/// unknown keys are ignored, of a key given twice the last line wins (but not for References and CA), an absent or empty
/// compression is bzip2, the deriver <c>unknown-deriver</c> is none. Stricter than Nix: a key ended by a colon without a space
/// is refused, where Nix would swallow the next line. Source: Nix's <c>libstore/nar-info.cc</c>.</remarks>
public static class NarInfoParser
{
    /// <summary>Longest narinfo read, in bytes.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const string UnknownDeriver = "unknown-deriver";

    /// <exception cref="NixFormatException">The text breaks a rule, or a required line is missing.</exception>
    public static NarInfo Parse(StoreDir storeDir, ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxBytes)
            throw new NixFormatException($"A narinfo has at most {MaxBytes} bytes, this one has {text.Length}.");
        if (!Utf8.IsValid(text))
            throw new NixFormatException("A narinfo is UTF-8 text, this one is not.");
        var fields = new Fields(storeDir);
        var at = 0;
        while (at < text.Length)
        {
            var end = text[at..].IndexOf((byte)'\n');
            if (end < 0)
                throw new NixFormatException("A narinfo's last line must end in a line feed.", at);
            var line = text.Slice(at, end);
            var colon = line.IndexOf((byte)':');
            if (colon < 0 || colon + 1 >= line.Length || line[colon + 1] != (byte)' ')
            {
                throw new NixFormatException(
                    $"'{Shown(line)}' is no narinfo line: a key, a colon and a space must come first.",
                    at
                );
            }
            fields.Take(line[..colon], line[(colon + 2)..], at + colon + 2);
            at += end + 1;
        }
        return fields.Finish();
    }

    private static string Shown(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line[..Math.Min(line.Length, 200)]);

    /// <summary>The lines read so far.</summary>
    private ref struct Fields(StoreDir storeDir)
    {
        private readonly StoreDir _storeDir = storeDir;
        private StorePath? _path;
        private string? _url;
        private string _compression = NarInfo.DefaultCompression;
        private Hash? _fileHash;
        private long _fileSize;
        private Sha256Digest? _narHash;
        private long _narSize;
        private ImmutableSortedSet<StorePath> _references = [];
        private StorePath? _deriver;
        private ContentAddress? _contentAddress;
        private readonly List<string> _signatures = [];

        public void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, int at)
        {
            if (key.SequenceEqual("StorePath"u8))
                _path = _storeDir.ParsePath(value, at);
            else if (key.SequenceEqual("URL"u8))
                _url = Encoding.UTF8.GetString(value);
            else if (key.SequenceEqual("Compression"u8))
                _compression = Compression(Encoding.UTF8.GetString(value), at);
            else if (key.SequenceEqual("FileHash"u8))
                _fileHash = AnyHash(Encoding.UTF8.GetString(value), "FileHash", at);
            else if (key.SequenceEqual("FileSize"u8))
                _fileSize = Size(value, "FileSize", at);
            else if (key.SequenceEqual("NarHash"u8))
                _narHash = NarHash(Encoding.UTF8.GetString(value), at);
            else if (key.SequenceEqual("NarSize"u8))
                _narSize = Size(value, "NarSize", at);
            else if (key.SequenceEqual("References"u8))
                _references = References(value, at);
            else if (key.SequenceEqual("Deriver"u8))
                _deriver = value.SequenceEqual(Encoding.ASCII.GetBytes(UnknownDeriver)) ? null : BaseName(value, at);
            else if (key.SequenceEqual("Sig"u8))
                _signatures.Add(Signature(Encoding.UTF8.GetString(value), at));
            else if (key.SequenceEqual("CA"u8))
                _contentAddress = Address(Encoding.UTF8.GetString(value), at);
        }

        public readonly NarInfo Finish()
        {
            if (_path is not { } path)
                throw new NixFormatException("A narinfo needs a line 'StorePath'.");
            if (string.IsNullOrEmpty(_url))
                throw new NixFormatException($"The narinfo of '{path}' needs a line 'URL' that is not empty.");
            if (_narHash is not { } narHash)
                throw new NixFormatException($"The narinfo of '{path}' needs a line 'NarHash'.");
            if (_narSize == 0)
                throw new NixFormatException($"The narinfo of '{path}' needs a line 'NarSize' greater than 0.");
            return new NarInfo
            {
                Info = new PathInfo
                {
                    Path = path,
                    NarHash = narHash,
                    NarSizeBytes = _narSize,
                    References = _references,
                    Deriver = _deriver,
                    Signatures = ImmutableSortedSet.CreateRange(SignatureText.Order, _signatures),
                    ContentAddress = _contentAddress,
                },
                Url = _url,
                Compression = _compression,
                FileHash = _fileHash,
                FileSizeBytes = _fileSize == 0 ? null : _fileSize,
            };
        }

        private readonly ImmutableSortedSet<StorePath> References(ReadOnlySpan<byte> value, int at)
        {
            if (_references.Count > 0)
                throw new NixFormatException("A narinfo has one line 'References'; this is another.", at);
            var references = new List<StorePath>();
            foreach (var range in value.Split((byte)' '))
            {
                if (!value[range].IsEmpty)
                    references.Add(BaseName(value[range], at + range.Start.Value));
            }
            return [.. references];
        }

        private readonly ContentAddress? Address(string value, int at)
        {
            if (_contentAddress is not null)
                throw new NixFormatException("A narinfo has at most one line 'CA'; this is another.", at);
            if (value.Length == 0)
                return null;
            return ContentAddress.TryParse(value, out var address)
                ? address
                : throw new NixFormatException($"'{value}' is no content address.", at);
        }

        private static string Compression(string value, int at) =>
            value.Length == 0 ? NarInfo.DefaultCompression
            : NarInfo.Compressions.Contains(value) ? value
            : throw new NixFormatException($"'{value}' is no compression that Nix knows.", at);

        private static Hash AnyHash(string value, string key, int at) =>
            Hash.TryParse(value, null, out var hash)
                ? hash
                : throw new NixFormatException($"'{value}' in '{key}' is no hash with its algorithm.", at);

        private static Sha256Digest NarHash(string value, int at)
        {
            var hash = AnyHash(value, "NarHash", at);
            return hash.Algorithm == HashAlgorithm.Sha256
                ? hash.ToSha256()
                : throw new NixFormatException($"'{value}' in 'NarHash' must be SHA-256.", at);
        }

        private static long Size(ReadOnlySpan<byte> value, string key, int at) =>
            long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                ? size
                : throw new NixFormatException(
                    $"'{Shown(value)}' in '{key}' must be a decimal number of bytes below 2^63.",
                    at
                );

        private static string Signature(string value, int at) =>
            SignatureText.IsValid(value)
                ? value
                : throw new NixFormatException(
                    $"'{value}' is no signature; it must be a key name, a colon and base-64.",
                    at
                );

        private static StorePath BaseName(ReadOnlySpan<byte> value, int at) =>
            StorePath.Read(value, out var path) is { } rule
                ? throw new NixFormatException($"'{StorePath.Shown(value)}' is no store path: {rule}.", at)
                : path;
    }
}
