using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Farm.Store.Hashing;

namespace Farm.Protocol.Json;

/// <summary>An environment as <c>[[name, value], …]</c> in base64, in byte order of the names, each name once.</summary>
public sealed class EnvConverter : JsonConverter<ImmutableSortedDictionary<ByteString, ByteString>>
{
    public override ImmutableSortedDictionary<ByteString, ByteString> Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    )
    {
        Expect(reader.TokenType == JsonTokenType.StartArray);
        var variables = ImmutableSortedDictionary.CreateBuilder<ByteString, ByteString>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(reader.TokenType == JsonTokenType.StartArray);
            var name = ReadBytes(ref reader);
            var value = ReadBytes(ref reader);
            Expect(reader.Read() && reader.TokenType == JsonTokenType.EndArray);
            if (!variables.TryAdd(name, value))
            {
                throw new JsonException($"environment variable '{name}' is there twice");
            }
        }

        return variables.ToImmutable();
    }

    public override void Write(
        Utf8JsonWriter writer,
        ImmutableSortedDictionary<ByteString, ByteString> value,
        JsonSerializerOptions options
    )
    {
        writer.WriteStartArray();
        foreach (var (name, text) in value)
        {
            writer.WriteStartArray();
            writer.WriteBase64StringValue(name.Span);
            writer.WriteBase64StringValue(text.Span);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static ByteString ReadBytes(ref Utf8JsonReader reader)
    {
        Expect(reader.Read() && reader.TokenType == JsonTokenType.String);
        return reader.TryGetBytesFromBase64(out var bytes)
            ? ByteString.FromBytes(bytes)
            : throw new JsonException("expected bytes in base64");
    }

    private static void Expect(bool isRight)
    {
        if (!isRight)
        {
            throw new JsonException("an environment is a list of [name, value] pairs in base64");
        }
    }
}
