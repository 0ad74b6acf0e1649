using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Registrations;

/// <summary>What is recorded of paths as lines of text: <c>nix-store --dump-db</c>.</summary>
/// <remarks>Shape: for each path its full path; where hashes are given, the NAR's SHA-256 in base 16 and its length; the deriver or an
/// empty line; how many references, and each. Every line ends in a line feed. Time, signatures and content address are not in it.
/// Source: Nix's <c>Store::makeValidityRegistration</c>.</remarks>
public static class ValidityText
{
    private const int MaxReferences = 1_000_000;

    public static string Print(StoreDir storeDir, PathInfo info)
    {
        var text = new StringBuilder();
        Line(text, storeDir.Print(info.Path));
        Line(text, info.NarHash.ToBase16());
        Line(text, info.NarSizeBytes.ToString(CultureInfo.InvariantCulture));
        Line(text, info.Deriver is { } deriver ? storeDir.Print(deriver) : "");
        Line(text, info.References.Count.ToString(CultureInfo.InvariantCulture));
        foreach (var reference in info.References)
            Line(text, storeDir.Print(reference));
        return text.ToString();
    }

    /// <summary>Reads the next path; null at the end. Where hashes are not given, hash and size are zero.</summary>
    /// <exception cref="NixFormatException">A line breaks a rule, or the text is cut off.</exception>
    public static async Task<PathInfo?> ReadAsync(
        StoreDir storeDir,
        TextReader reader,
        bool hasHashes,
        CancellationToken ct
    )
    {
        if (await reader.ReadLineAsync(ct).ConfigureAwait(false) is not { } first)
            return null;
        var path = storeDir.ParsePath(first);
        var hash = hasHashes ? Sha256Digest.Parse(await NextAsync().ConfigureAwait(false)) : Sha256Digest.Zero;
        var size = hasHashes ? Number(await NextAsync().ConfigureAwait(false), long.MaxValue) : 0;
        var deriver = await NextAsync().ConfigureAwait(false);
        var count = Number(await NextAsync().ConfigureAwait(false), MaxReferences);
        var references = ImmutableSortedSet.CreateBuilder<StorePath>();
        for (var i = 0L; i < count; i++)
            references.Add(storeDir.ParsePath(await NextAsync().ConfigureAwait(false)));
        return new PathInfo
        {
            Path = path,
            NarHash = hash,
            NarSizeBytes = size,
            Deriver = deriver.Length == 0 ? null : storeDir.ParsePath(deriver),
            References = references.ToImmutable(),
        };

        async Task<string> NextAsync() =>
            await reader.ReadLineAsync(ct).ConfigureAwait(false)
            ?? throw new NixFormatException($"What is said of '{path}' is cut off.");
    }

    private static long Number(string text, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new NixFormatException($"'{text}' is no number from 0 to {most}.");

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
