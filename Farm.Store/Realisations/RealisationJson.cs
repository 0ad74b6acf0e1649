using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Farm.Store.Paths;

namespace Farm.Store.Realisations;

/// <summary>A realisation as text: in a binary cache, and as it is signed.</summary>
/// <remarks>Shape: <c>{"dependentRealisations":{id:path},"id":"sha256:hex!out","outPath":"base name","signatures":[…]}</c>, compact and
/// with the keys in this order. Source: Nix 2.8's <c>Realisation::toJSON</c>.</remarks>
public static class RealisationJson
{
    /// <summary>Longest text read, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly JsonWriterOptions s_writer = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The text that a signature signs: all but the signatures.</summary>
    public static string Fingerprint(Realisation realisation) => Write(realisation, withSignatures: false);

    public static string Print(Realisation realisation) => Write(realisation, withSignatures: true);

    /// <exception cref="NixFormatException">The text breaks a rule.</exception>
    public static Realisation Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            var realisation = new Realisation
            {
                Id = DerivationOutputId.Parse(Text(root.GetProperty("id"))),
                OutPath = StorePath.Parse(Text(root.GetProperty("outPath"))),
            };
            if (root.TryGetProperty("signatures", out var signatures))
                realisation = realisation with { Signatures = [.. signatures.EnumerateArray().Select(Signature)] };
            if (root.TryGetProperty("dependentRealisations", out var dependent))
            {
                var paths = realisation.Dependent.ToBuilder();
                foreach (var item in dependent.EnumerateObject())
                    paths[DerivationOutputId.Parse(item.Name)] = StorePath.Parse(Text(item.Value));
                realisation = realisation with { Dependent = paths.ToImmutable() };
            }
            return realisation;
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new NixFormatException($"This is no realisation: {cause.Message}");
        }
    }

    /// <summary>Recent Nix writes name and signature apart.</summary>
    private static string Signature(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object
            ? $"{Text(element.GetProperty("keyName"))}:{Text(element.GetProperty("sig"))}"
            : Text(element);

    private static string Text(JsonElement element) =>
        element.GetString()
        ?? throw new NixFormatException("This is no realisation: null stands where a text must be.");

    private static string Write(Realisation realisation, bool withSignatures)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, s_writer))
        {
            json.WriteStartObject();
            json.WriteStartObject("dependentRealisations");
            foreach (var (id, path) in realisation.Dependent)
                json.WriteString(id.ToString(), path.ToString());
            json.WriteEndObject();
            json.WriteString("id", realisation.Id.ToString());
            json.WriteString("outPath", realisation.OutPath.ToString());
            if (withSignatures)
            {
                json.WriteStartArray("signatures");
                foreach (var signature in realisation.Signatures)
                    json.WriteStringValue(signature);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
