using System.Buffers;
using System.Text;
using System.Text.Json;
using Farm.Store;
using Farm.Store.Hashing;

namespace Farm.Worker.Planning;

/// <summary>The attributes of a derivation as JSON, with its outputs and reference graphs added.</summary>
/// <remarks>Shape: an object, printed compact with keys in byte order and characters outside ASCII as they are. Numbers
/// keep their text. Source: Nix manual, "Structured attributes".</remarks>
public sealed class StructuredAttributes
{
    /// <summary>Name of the JSON file in the build directory.</summary>
    public const string JsonFileName = ".attrs.json";

    /// <summary>Name of the shell file in the build directory.</summary>
    public const string ShellFileName = ".attrs.sh";

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 512 };

    private readonly SortedDictionary<ByteString, JsonElement> _attributes;

    private readonly ByteString _json;

    private StructuredAttributes(SortedDictionary<ByteString, JsonElement> attributes)
    {
        _attributes = attributes;
        var text = new StringBuilder();
        WriteMembers(text, attributes);
        _json = ByteString.FromUtf8(text.ToString());
    }

    /// <param name="json">The value of <c>__json</c>.</param>
    /// <param name="outputs">Full path by output name.</param>
    /// <param name="graphs">Reference graphs by the attribute that each becomes.</param>
    /// <exception cref="NixFormatException">It is no JSON object.</exception>
    public static StructuredAttributes Read(
        ByteString json,
        IReadOnlyDictionary<string, string> outputs,
        IReadOnlyDictionary<string, JsonElement> graphs
    )
    {
        try
        {
            using var document = JsonDocument.Parse(json.Memory, Reading);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new NixFormatException("The structured attributes in '__json' must be an object.");
            var attributes = Members(document.RootElement.Clone());
            attributes[ByteString.FromUtf8("outputs")] = Object(outputs);
            foreach (var (name, graph) in graphs)
                attributes[ByteString.FromUtf8(name)] = graph;
            return new StructuredAttributes(attributes);
        }
        catch (JsonException failure)
        {
            throw new NixFormatException($"The structured attributes in '__json' are no JSON: {failure.Message}");
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            // Half of a surrogate pair is the one thing that JSON lets through and Unicode does not.
            throw new NixFormatException($"The structured attributes in '__json' are no Unicode: {failure.Message}");
        }
    }

    /// <summary>Contents of <c>.attrs.json</c>.</summary>
    public ByteString ToJson() => _json;

    /// <summary>Contents of <c>.attrs.sh</c>.</summary>
    public ByteString ToShell()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _attributes)
            text.Append(ShellDeclaration.Of(name.ToString(), value));
        return ByteString.FromUtf8(text.ToString());
    }

    /// <summary>Members in byte order; of two with one name the last counts.</summary>
    internal static SortedDictionary<ByteString, JsonElement> Members(JsonElement element)
    {
        var members = new SortedDictionary<ByteString, JsonElement>();
        foreach (var member in element.EnumerateObject())
            members[ByteString.FromUtf8(member.Name)] = member.Value;
        return members;
    }

    private static JsonElement Object(IReadOnlyDictionary<string, string> texts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in texts)
                writer.WriteString(name, value);
            writer.WriteEndObject();
        }
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void WriteMembers(StringBuilder text, SortedDictionary<ByteString, JsonElement> members)
    {
        var divider = '{';
        foreach (var (name, value) in members)
        {
            text.Append(divider);
            WriteString(text, name.ToString());
            text.Append(':');
            Write(text, value);
            divider = ',';
        }
        text.Append(members.Count == 0 ? "{}" : "}");
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteMembers(text, Members(value));
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var (index, item) in value.EnumerateArray().Index())
                {
                    if (index > 0)
                        text.Append(',');
                    Write(text, item);
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                WriteString(text, value.GetString()!); // not null: the kind is String
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => text.Append(character),
            };
        }
        text.Append('"');
    }
}
