using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Farm.Cli.Commands.Drv;

/// <summary>Documents of <c>farm drv</c>.</summary>
internal static class DrvJson
{
    private static readonly JsonWriterOptions s_indented = new()
    {
        Indented = true,
        // For terminals and files, not for web pages.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Option<bool> Option() => new("--json") { Description = "Print one JSON document." };

    public static async Task PrintAsync(CommandServices services, JsonNode document, CancellationToken ct)
    {
        using var text = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(text, s_indented))
            document.WriteTo(writer);
        var printed = System.Text.Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
        await services.Terminal.Out.WriteLineAsync(printed.AsMemory(), ct).ConfigureAwait(false);
    }
}
