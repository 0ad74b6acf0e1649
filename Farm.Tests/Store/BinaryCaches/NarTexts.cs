using System.Buffers.Binary;
using System.Text;
using Farm.Store.Nar;

namespace Farm.Tests.Store.BinaryCaches;

/// <summary>Archives for tests, good and bad.</summary>
internal static class NarTexts
{
    /// <summary>One file.</summary>
    public static byte[] File(byte[] contents) => NarWriter.OfFile(contents);

    /// <summary>A directory of empty files with these names, whatever they are.</summary>
    public static byte[] Directory(params string[] names) =>
        Tokens([
            "nix-archive-1",
            "(",
            "type",
            "directory",
            .. names.SelectMany(name =>
                new[] { "entry", "(", "name", name, "node", "(", "type", "regular", "contents", "", ")", ")" }
            ),
            ")",
        ]);

    private static byte[] Tokens(string[] tokens)
    {
        using var nar = new MemoryStream();
        Span<byte> length = stackalloc byte[8];
        foreach (var token in tokens)
        {
            var bytes = Encoding.UTF8.GetBytes(token);
            BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
            nar.Write(length);
            nar.Write(bytes);
            nar.Write(new byte[(8 - (bytes.Length % 8)) % 8]);
        }
        return nar.ToArray();
    }
}
