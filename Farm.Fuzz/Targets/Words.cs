using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Fuzz.Targets;

/// <summary>Parts that several grammars are made of.</summary>
internal static class Words
{
    private static readonly string[] s_names = ["a", "hello-2.12", "x.drv", "src", "A+b-c.d_e?f=g", "libc-2.35-dev"];

    public static IReadOnlyList<byte[]> Of(params string[] words) => [.. words.Select(Encoding.UTF8.GetBytes)];

    public static T Pick<T>(Random random, params IReadOnlyList<T> some) => some[random.Next(some.Count)];

    /// <summary>One of few store paths, so that they meet again.</summary>
    public static StorePath Path(Random random) =>
        StorePath.Create(
            StorePathHash.Fold(Sha256Digest.Compute([(byte)random.Next(5)])),
            StorePathName.Parse(Pick(random, s_names))
        );

    public static Hash Digest(Random random) =>
        Hash.Compute(
            Pick(random, HashAlgorithm.Md5, HashAlgorithm.Sha1, HashAlgorithm.Sha256, HashAlgorithm.Sha512),
            [(byte)random.Next(5)]
        );

    public static HashFormat Format(Random random) =>
        Pick(random, HashFormat.Base16, HashFormat.Nix32, HashFormat.Base64, HashFormat.Sri);

    public static byte[] Bytes(Random random, int most)
    {
        var bytes = new byte[random.Next(most + 1)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>The input as text three ways: as UTF-8, byte by byte, and as UTF-16 with lone surrogates where they come.</summary>
    public static IEnumerable<string> Texts(byte[] input)
    {
        yield return Encoding.UTF8.GetString(input);
        yield return Encoding.Latin1.GetString(input);
        var units = new char[input.Length / 2];
        for (var at = 0; at < units.Length; at++)
            units[at] = (char)(input[2 * at] | (input[(2 * at) + 1] << 8));
        yield return new string(units);
    }
}
