using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Farm.Store.Hashing;

namespace Farm.Store.Nar;

/// <summary>What a NAR contains, without the contents: the value behind <c>.ls</c> files.</summary>
/// <remarks>Shape: <c>{"version":1,"root":{…}}</c>. Source: Nix manual, binary cache listing.</remarks>
public abstract record NarListing
{
    private NarListing() { }

    /// <summary>A regular file.</summary>
    /// <param name="SizeBytes">Length of the contents.</param>
    /// <param name="IsExecutable">Whether the file may be run.</param>
    /// <param name="NarOffsetBytes">Where in the archive the contents begin.</param>
    public sealed record Regular(long SizeBytes, bool IsExecutable, long NarOffsetBytes) : NarListing;

    /// <summary>A symbolic link.</summary>
    public sealed record Symlink(ByteString Target) : NarListing;

    /// <summary>A directory; its entries are sorted by the bytes of their names.</summary>
    public sealed record Directory(ImmutableSortedDictionary<ByteString, NarListing> Entries) : NarListing;

    /// <summary>Reads an archive and lists it.</summary>
    /// <exception cref="NixFormatException">The archive is malformed.</exception>
    public static async ValueTask<NarListing> ReadAsync(Stream nar, NarReadAhead readAhead, CancellationToken ct)
    {
        using var reader = new NarReader(nar, readAhead);
        var open = new Stack<(ByteString Name, ImmutableSortedDictionary<ByteString, NarListing>.Builder Entries)>();
        NarListing? root = null;
        while (await reader.ReadAsync(ct).ConfigureAwait(false) is { } step)
        {
            switch (step)
            {
                case NarEvent.Directory directory:
                    open.Push((directory.Name, ImmutableSortedDictionary.CreateBuilder<ByteString, NarListing>()));
                    break;
                case NarEvent.DirectoryEnd:
                    var (name, entries) = open.Pop();
                    Put(name, new Directory(entries.ToImmutable()));
                    break;
                case NarEvent.Regular file:
                    Put(file.Name, new Regular(file.SizeBytes, file.IsExecutable, reader.PositionBytes));
                    break;
                case NarEvent.Symlink link:
                    Put(link.Name, new Symlink(link.Target));
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
        return root ?? throw new System.Diagnostics.UnreachableException();

        void Put(ByteString name, NarListing node)
        {
            if (open.TryPeek(out var parent))
                parent.Entries.Add(name, node);
            else
                root = node;
        }
    }

    /// <summary>The text of a <c>.ls</c> file, UTF-8, without a final newline.</summary>
    /// <exception cref="NixFormatException">A name or target is not valid UTF-8, which JSON cannot say.</exception>
    public byte[] ToJson()
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, 1);
            json.WritePropertyName("root"u8);
            Write(json, this);
            json.WriteEndObject();
        }
        return text.ToArray();
    }

    private static void Write(Utf8JsonWriter json, NarListing node)
    {
        json.WriteStartObject();
        switch (node)
        {
            case Regular file:
                json.WriteString("type"u8, "regular"u8);
                json.WriteNumber("size"u8, file.SizeBytes);
                if (file.IsExecutable)
                    json.WriteBoolean("executable"u8, true);
                json.WriteNumber("narOffset"u8, file.NarOffsetBytes);
                break;
            case Symlink link:
                json.WriteString("type"u8, "symlink"u8);
                json.WriteString("target"u8, Text(link.Target));
                break;
            case Directory directory:
                json.WriteString("type"u8, "directory"u8);
                json.WriteStartObject("entries"u8);
                foreach (var (name, entry) in directory.Entries)
                {
                    json.WritePropertyName(Text(name));
                    Write(json, entry);
                }
                json.WriteEndObject();
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
        json.WriteEndObject();
    }

    private static string Text(ByteString bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new NixFormatException($"a listing cannot name '{bytes}', which is not valid UTF-8", 0);
        }
    }
}
