using System.Text.Json;
using Farm.Store;
using Farm.Store.Paths;

namespace Farm.Client.Connections;

/// <summary>Store paths as a JSON array of their base names.</summary>
internal static class PathNames
{
    public static byte[] Write(ReadOnlySpan<StorePath> paths)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var path in paths)
            {
                json.WriteStringValue(path.ToString());
            }
            json.WriteEndArray();
        }
        return buffer.ToArray();
    }

    /// <exception cref="JsonException">The text is something else.</exception>
    public static List<StorePath> Read(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("expected an array of paths");
        }
        var paths = new List<StorePath>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var name = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            try
            {
                paths.Add(StorePath.Parse(name ?? throw new JsonException("expected the name of a path")));
            }
            catch (NixFormatException refusal)
            {
                throw new JsonException(refusal.Message, refusal);
            }
        }
        return paths;
    }
}
