using System.Collections.Immutable;
using System.Text;
using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Worker.Planning;

/// <summary>Puts the paths of the outputs in place of the texts that stand for them.</summary>
internal sealed class PlaceholderRewrites(BuildRequest request, StoreDir storeDir)
{
    private readonly ImmutableArray<(byte[] Placeholder, byte[] Path)> _rewrites =
    [
        .. request.Outputs.Select(output =>
            (
                Encoding.UTF8.GetBytes(Placeholder.OfOutput(output.Name).ToString()),
                Encoding.UTF8.GetBytes(storeDir.Print(output.Path))
            )
        ),
    ];

    public ByteString Apply(ByteString text)
    {
        foreach (var (placeholder, path) in _rewrites)
        {
            if (text.Span.IndexOf(placeholder) >= 0)
                text = Replace(text.Span, placeholder, path);
        }
        return text;
    }

    private static ByteString Replace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> placeholder, ReadOnlySpan<byte> path)
    {
        var replaced = new System.Buffers.ArrayBufferWriter<byte>(text.Length + path.Length);
        int at;
        while ((at = text.IndexOf(placeholder)) >= 0)
        {
            System.Buffers.BuffersExtensions.Write(replaced, text[..at]);
            System.Buffers.BuffersExtensions.Write(replaced, path);
            text = text[(at + placeholder.Length)..];
        }
        System.Buffers.BuffersExtensions.Write(replaced, text);
        return ByteString.FromBytes(replaced.WrittenSpan);
    }
}
