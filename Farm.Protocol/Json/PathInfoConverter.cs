using System.Text.Json;
using System.Text.Json.Serialization;
using Farm.Store.PathInfos;

namespace Farm.Protocol.Json;

/// <summary>What a store knows of a path, as an object.</summary>
public sealed class PathInfoConverter : JsonConverter<PathInfo>
{
    public override PathInfo Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var shape =
            JsonSerializer.Deserialize(ref reader, SessionJsonContext.Default.PathInfoShape)
            ?? throw new JsonException("expected what a store knows of a path, found null");
        return shape.ToPathInfo();
    }

    public override void Write(Utf8JsonWriter writer, PathInfo value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, PathInfoShape.From(value), SessionJsonContext.Default.PathInfoShape);
}
