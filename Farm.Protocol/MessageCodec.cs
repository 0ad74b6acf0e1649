using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Farm.Protocol.Json;

namespace Farm.Protocol;

/// <summary>Turns session messages into bytes and back.</summary>
/// <remarks>Shape: one UTF-8 JSON object, <c>{"type":"farm.session.v1.…",…}</c>. Unknown fields are skipped, unknown types refused.</remarks>
public static class MessageCodec
{
    /// <summary>Version of the session protocol, in the hello and in each manifest name.</summary>
    public const int Version = 1;

    /// <summary>Longest message, in bytes of JSON; a desired state with hundreds of requests stays well below.</summary>
    public const int MaxMessageBytes = 64 * 1024 * 1024;

    /// <summary>Longest piece of a log in one message, before base64.</summary>
    public const int MaxLogChunkBytes = 256 * 1024;

    /// <summary>Most attempts in one state.</summary>
    public const int MaxAttempts = 10_000;

    private static readonly FrozenSet<string> WorkerTypes = Manifests(SessionJsonContext.Default.WorkerMessage);
    private static readonly FrozenSet<string> CoordinatorTypes = Manifests(
        SessionJsonContext.Default.CoordinatorMessage
    );

    public static byte[] Encode(WorkerMessage message) =>
        JsonSerializer.SerializeToUtf8Bytes(message, SessionJsonContext.Default.WorkerMessage);

    public static byte[] Encode(CoordinatorMessage message) =>
        JsonSerializer.SerializeToUtf8Bytes(message, SessionJsonContext.Default.CoordinatorMessage);

    /// <exception cref="ProtocolException">The bytes are not a message of a worker; the sentence says why.</exception>
    public static WorkerMessage DecodeWorkerMessage(ReadOnlySpan<byte> utf8)
    {
        var message = Decode(utf8, SessionJsonContext.Default.WorkerMessage, WorkerTypes);
        switch (message)
        {
            case WorkerMessage.LogChunk { Bytes.Length: > MaxLogChunkBytes } chunk:
                throw new ProtocolException(
                    $"a log chunk of {chunk.Bytes.Length} bytes is too long: send at most {MaxLogChunkBytes}"
                );
            case WorkerMessage.LogChunk { Offset: < 0 } chunk:
                throw new ProtocolException($"a log chunk's offset is {chunk.Offset}: it must be at least 0");
            case WorkerMessage.Hello hello when hello.Capabilities.Problem() is { } problem:
                throw new ProtocolException($"worker {hello.Worker}: {problem}");
            case WorkerMessage.Hello { Attempts.Length: > MaxAttempts }:
            case WorkerMessage.CurrentState { Attempts.Length: > MaxAttempts }:
                throw new ProtocolException($"a state names more than {MaxAttempts} attempts");
            default:
                return message;
        }
    }

    /// <exception cref="ProtocolException">The bytes are not a message of a coordinator; the sentence says why.</exception>
    public static CoordinatorMessage DecodeCoordinatorMessage(ReadOnlySpan<byte> utf8) =>
        Decode(utf8, SessionJsonContext.Default.CoordinatorMessage, CoordinatorTypes);

    /// <summary>The request as the coordinator's database keeps it.</summary>
    public static string PrintRequest(BuildRequest request) =>
        JsonSerializer.Serialize(request, SessionJsonContext.Default.BuildRequest);

    /// <exception cref="ProtocolException">The text is not a request.</exception>
    public static BuildRequest ParseRequest(string text) => Read(text, SessionJsonContext.Default.BuildRequest);

    /// <summary>The outcome as the coordinator's database keeps it.</summary>
    public static string PrintOutcome(BuildOutcome outcome) =>
        JsonSerializer.Serialize(outcome, SessionJsonContext.Default.BuildOutcome);

    /// <exception cref="ProtocolException">The text is not an outcome.</exception>
    public static BuildOutcome ParseOutcome(string text) => Read(text, SessionJsonContext.Default.BuildOutcome);

    /// <summary>The options as the coordinator's database keeps them.</summary>
    public static string PrintOptions(BuildOptions options) =>
        JsonSerializer.Serialize(options, SessionJsonContext.Default.BuildOptions);

    /// <exception cref="ProtocolException">The text is not options.</exception>
    public static BuildOptions ParseOptions(string text) => Read(text, SessionJsonContext.Default.BuildOptions);

    private static T Read<T>(string text, JsonTypeInfo<T> shape)
    {
        try
        {
            return JsonSerializer.Deserialize(text, shape)
                ?? throw new ProtocolException($"expected a {typeof(T).Name}, found null");
        }
        catch (Exception cause) when (IsRefusal(cause))
        {
            throw new ProtocolException($"not a {typeof(T).Name}: {cause.Message}", cause);
        }
    }

    private static T Decode<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> shape, FrozenSet<string> known)
    {
        if (utf8.Length > MaxMessageBytes)
        {
            throw new ProtocolException(
                $"a message of {utf8.Length} bytes is too long: the limit is {MaxMessageBytes}"
            );
        }

        var type = "";
        try
        {
            type = TypeOf(utf8);
            if (!known.Contains(type))
            {
                throw new ProtocolException(
                    $"unknown message type '{type}': this side speaks version {Version} of the session protocol"
                );
            }

            return JsonSerializer.Deserialize(utf8, shape)
                ?? throw new ProtocolException("expected a message, found null");
        }
        catch (Exception cause) when (IsRefusal(cause))
        {
            var subject = type.Length == 0 ? "a message" : $"message {type}";
            throw new ProtocolException($"{subject} cannot be read: {cause.Message}", cause);
        }
    }

    // A constructor that refuses its arguments throws ArgumentException through the serializer.
    private static bool IsRefusal(Exception cause) =>
        cause is JsonException or ArgumentException or NotSupportedException;

    private static string TypeOf(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new ProtocolException("a message is a JSON object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
            {
                return reader.TokenType == JsonTokenType.String
                    ? reader.GetString()!
                    : throw new ProtocolException("the field 'type' of a message is a text");
            }

            reader.Skip();
        }

        throw new ProtocolException("a message needs the field 'type'");
    }

    private static FrozenSet<string> Manifests<T>(JsonTypeInfo<T> shape) =>
        shape.PolymorphismOptions!.DerivedTypes.Select(derived => (string)derived.TypeDiscriminator!).ToFrozenSet(); // each case has one
}
