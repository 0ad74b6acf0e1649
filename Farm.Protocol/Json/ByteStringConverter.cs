using System.Text.Json;
using System.Text.Json.Serialization;
using Farm.Store.Hashing;

namespace Farm.Protocol.Json;

/// <summary>Bytes as base64.</summary>
public sealed class ByteStringConverter : JsonConverter<ByteString>
{
    public override ByteString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes)
            ? ByteString.FromBytes(bytes)
            : throw new JsonException("expected bytes in base64");

    public override void Write(Utf8JsonWriter writer, ByteString value, JsonSerializerOptions options) =>
        writer.WriteBase64StringValue(value.Span);
}
