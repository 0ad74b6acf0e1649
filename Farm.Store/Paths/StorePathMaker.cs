using System.Buffers;
using System.Text;
using Farm.Store.Hashing;

namespace Farm.Store.Paths;

/// <summary>Computes store paths from what they are derived from.</summary>
/// <remarks>Shape of what is hashed: <c>type ":sha256:" hex-of-inner-digest ":" storeDir ":" name</c>; the SHA-256 of that text is
/// folded to 20 bytes. Source: Nix manual, "Complete store path calculation".</remarks>
public static class StorePathMaker
{
    /// <summary>Path of a text object: a derivation, or what <c>builtins.toFile</c> makes.</summary>
    /// <param name="contents">SHA-256 of the bytes of the file.</param>
    /// <param name="references">In any order; each counts once.</param>
    public static StorePath Text(
        StoreDir storeDir,
        StorePathName name,
        Sha256Digest contents,
        IEnumerable<StorePath> references
    ) => FromFingerprint(TextFingerprint(storeDir, name, contents, references), name);

    /// <summary>Path of an object addressed by the SHA-256 of its NAR.</summary>
    /// <param name="nar">Modulo self references where the object refers to itself.</param>
    /// <param name="references">Without the path itself; in any order, each counts once.</param>
    /// <param name="hasSelfReference">Whether the object refers to itself.</param>
    public static StorePath Source(
        StoreDir storeDir,
        StorePathName name,
        Sha256Digest nar,
        IEnumerable<StorePath> references,
        bool hasSelfReference
    ) => FromFingerprint(SourceFingerprint(storeDir, name, nar, references, hasSelfReference), name);

    /// <summary>Path of an object addressed by content, without references: what a fixed output must get.</summary>
    public static StorePath Fixed(StoreDir storeDir, StorePathName name, ContentAddress address) =>
        FromContentAddress(storeDir, name, address, [], false);

    /// <summary>Path of an object addressed by content.</summary>
    /// <param name="references">Without the path itself.</param>
    /// <param name="hasSelfReference">Whether the object refers to itself.</param>
    /// <exception cref="NixFormatException">The method allows no references, or no self reference, but there are some.</exception>
    public static StorePath FromContentAddress(
        StoreDir storeDir,
        StorePathName name,
        ContentAddress address,
        IReadOnlyCollection<StorePath> references,
        bool hasSelfReference
    )
    {
        if (address.Method == ContentAddressMethod.Text)
        {
            return hasSelfReference
                ? throw new NixFormatException($"The text object '{name}' must not refer to itself.")
                : Text(storeDir, name, address.Hash.ToSha256(), references);
        }
        if (address is { Method: ContentAddressMethod.Nar, Hash.Algorithm: HashAlgorithm.Sha256 })
            return Source(storeDir, name, address.Hash.ToSha256(), references, hasSelfReference);
        return references.Count > 0 || hasSelfReference
            ? throw new NixFormatException(
                $"'{name}' addressed as '{address}' must not have references; only text and NAR with sha256 may."
            )
            : FromFingerprint(FixedFingerprint(storeDir, name, address), name);
    }

    /// <summary>Path of an input-addressed output.</summary>
    /// <param name="derivationName">Name of the derivation, without <c>.drv</c>.</param>
    /// <param name="masked">The derivation's hash modulo with its outputs blanked.</param>
    /// <exception cref="NixFormatException">The two names together are no store path name.</exception>
    public static StorePath Output(
        StoreDir storeDir,
        StorePathName derivationName,
        string outputName,
        Sha256Digest masked
    )
    {
        var name = OutputName(derivationName, outputName);
        return FromFingerprint(Fingerprint($"output:{outputName}", masked, storeDir, name), name);
    }

    /// <summary>Name of an output's path: the derivation's name, with a dash and the output's name unless that is <c>out</c>.</summary>
    /// <exception cref="NixFormatException">The two together are no store path name.</exception>
    public static StorePathName OutputName(StorePathName derivationName, string outputName) =>
        outputName == "out" ? derivationName : StorePathName.Parse($"{derivationName}-{outputName}");

    /// <summary>Where a build writes an output whose path is known only afterwards.</summary>
    public static StorePath Scratch(StoreDir storeDir, StorePath derivation, string outputName, StorePathName name) =>
        FromFingerprint(
            Fingerprint($"rewrite:{derivation}:name:{outputName}", Sha256Digest.Zero, storeDir, name),
            name
        );

    /// <summary>Where a build writes an output whose path is known but must not be touched.</summary>
    public static StorePath Scratch(StoreDir storeDir, StorePath derivation, StorePath output)
    {
        var name = StorePathName.Parse(output.Name);
        return FromFingerprint(Fingerprint($"rewrite:{derivation}:{output}", Sha256Digest.Zero, storeDir, name), name);
    }

    /// <summary>The text that is hashed for <see cref="Text"/>.</summary>
    public static string TextFingerprint(
        StoreDir storeDir,
        StorePathName name,
        Sha256Digest contents,
        IEnumerable<StorePath> references
    ) => Fingerprint(WithReferences("text", storeDir, references, false), contents, storeDir, name);

    /// <summary>The text that is hashed for <see cref="Source"/>.</summary>
    public static string SourceFingerprint(
        StoreDir storeDir,
        StorePathName name,
        Sha256Digest nar,
        IEnumerable<StorePath> references,
        bool hasSelfReference
    ) => Fingerprint(WithReferences("source", storeDir, references, hasSelfReference), nar, storeDir, name);

    /// <summary>The text that is hashed for a content address other than text and NAR with SHA-256.</summary>
    public static string FixedFingerprint(StoreDir storeDir, StorePathName name, ContentAddress address)
    {
        var inner = $"fixed:out:{address.Method.Prefix()}{address.Hash.Print(HashFormat.Base16)}:";
        return Fingerprint("output:out", Sha256Digest.Compute(Encoding.ASCII.GetBytes(inner)), storeDir, name);
    }

    /// <summary>The text that is hashed for a path of any type.</summary>
    public static string Fingerprint(string type, Sha256Digest inner, StoreDir storeDir, StorePathName name) =>
        $"{type}:{inner.Print(HashFormat.Base16)}:{storeDir.Text}:{name.Text}";

    /// <summary>Hashes and folds a fingerprint.</summary>
    public static StorePath FromFingerprint(string fingerprint, StorePathName name)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(fingerprint.Length));
        var length = Encoding.UTF8.GetBytes(fingerprint, buffer);
        var digest = Sha256Digest.Compute(buffer.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
        return StorePath.Create(StorePathHash.Fold(digest), name);
    }

    private static string WithReferences(
        string type,
        StoreDir storeDir,
        IEnumerable<StorePath> references,
        bool hasSelfReference
    )
    {
        var text = new StringBuilder(type);
        foreach (var reference in references.Distinct().Order())
            text.Append(':').Append(storeDir.Text).Append('/').Append(reference.ToString());
        return hasSelfReference ? text.Append(":self").ToString() : text.ToString();
    }
}
