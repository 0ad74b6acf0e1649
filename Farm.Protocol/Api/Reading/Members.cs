using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Farm.Store.Paths;

namespace Farm.Protocol.Api.Reading;

/// <summary>What readers of JSON objects have in common: members one after another, and their values.</summary>
internal static class Members
{
    /// <summary>The current token must begin an object.</summary>
    public static void Begin(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"expected {what} as an object, found {Kind(reader.TokenType)}");
        }
    }

    /// <summary>Goes to the next member; then its name is the current token.</summary>
    /// <returns>False at the end of the object.</returns>
    public static bool Next(ref Utf8JsonReader reader)
    {
        reader.Read(); // a reader over whole bytes throws where they end too early
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Whether the current member has this name; then its value is the current token.</summary>
    public static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueTextEquals(name))
        {
            return false;
        }
        reader.Read();
        return true;
    }

    /// <summary>Passes over a member that is not known.</summary>
    public static void Skip(ref Utf8JsonReader reader) => reader.Skip();

    /// <summary>The member <c>type</c> of the object that begins here, wherever in it that is; the reader stays.</summary>
    public static string Type(Utf8JsonReader reader, string what)
    {
        Begin(ref reader, what);
        while (Next(ref reader))
        {
            if (Is(ref reader, "type"u8))
            {
                return Text(ref reader);
            }
            Skip(ref reader);
        }
        throw Missing(what, "type");
    }

    public static bool IsNull(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null;

    public static string Text(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String
            ? reader.GetString()! // a string token has a string
            : throw new JsonException($"expected a text, found {Kind(reader.TokenType)}");

    public static int Int(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)
            ? number
            : throw new JsonException($"expected a whole number of 32 bits, found {Kind(reader.TokenType)}");

    public static long Long(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)
            ? number
            : throw new JsonException($"expected a whole number of 64 bits, found {Kind(reader.TokenType)}");

    public static DateTimeOffset Time(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time)
            ? time
            : throw new JsonException($"expected a time as ISO 8601 has it, found {Kind(reader.TokenType)}");

    public static TimeSpan Duration(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String
        && TimeSpan.TryParseExact(reader.GetString(), "c", CultureInfo.InvariantCulture, out var time)
            ? time
            : throw new JsonException(
                $"expected a duration as hours, minutes and seconds, found {Kind(reader.TokenType)}"
            );

    public static StorePath Path(ref Utf8JsonReader reader)
    {
        try
        {
            return StorePath.Parse(Text(ref reader));
        }
        catch (FormatException refusal)
        {
            throw new JsonException(refusal.Message, refusal);
        }
    }

    public static ImmutableArray<StorePath> Paths(ref Utf8JsonReader reader)
    {
        BeginArray(ref reader);
        var paths = ImmutableArray.CreateBuilder<StorePath>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            paths.Add(Path(ref reader));
        }
        return paths.ToImmutable();
    }

    public static ImmutableArray<T> Array<T>(ref Utf8JsonReader reader, ReadValue<T> read)
        where T : class
    {
        BeginArray(ref reader);
        var values = ImmutableArray.CreateBuilder<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            values.Add(read(ref reader));
        }
        return values.ToImmutable();
    }

    public static T Required<T>(T? value, string what, string name)
        where T : class => value ?? throw Missing(what, name);

    public static T Required<T>(T? value, string what, string name)
        where T : struct => value ?? throw Missing(what, name);

    public static JsonException Missing(string what, string name) => new($"{what} has no member '{name}'");

    private static void BeginArray(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException($"expected an array, found {Kind(reader.TokenType)}");
        }
    }

    private static string Kind(JsonTokenType token) =>
        token switch
        {
            JsonTokenType.Null => "null",
            JsonTokenType.String => "a text",
            JsonTokenType.Number => "a number",
            JsonTokenType.True or JsonTokenType.False => "a truth value",
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            _ => token.ToString(),
        };
}
