using System.Text.Json;
using System.Text.Json.Serialization;

namespace Farm.Protocol.Json;

/// <summary>Writes a value as its text, and refuses a text that is not one with the parser's own sentence.</summary>
public abstract class TextConverter<T> : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? ParseOrRefuse(reader.GetString()!)
            : throw new JsonException($"expected a text that is a {typeof(T).Name}, found {reader.TokenType}");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Print(value));

    public override T ReadAsPropertyName(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => ParseOrRefuse(reader.GetString()!);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(Print(value));

    protected abstract T Parse(string text);

    protected abstract string Print(T value);

    private T ParseOrRefuse(string text)
    {
        try
        {
            return Parse(text);
        }
        catch (Exception refusal) when (refusal is FormatException or ArgumentException)
        {
            throw new JsonException(refusal.Message, refusal);
        }
    }
}
