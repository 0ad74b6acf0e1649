using System.Text.Json;
using System.Text.Json.Serialization;

namespace Farm.Protocol.Json;

/// <summary>A build id as a number.</summary>
public sealed class BuildIdConverter : JsonConverter<BuildId>
{
    public override BuildId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number > 0
            ? BuildId.Create(number)
            : throw new JsonException("a build id is a whole number of at least 1");

    public override void Write(Utf8JsonWriter writer, BuildId value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Number);
}
