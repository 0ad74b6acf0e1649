using System.Text.Encodings.Web;
using System.Text.Json;

namespace Farm.Cli.Settings;

/// <summary>Writes a text as a quoted string of HOCON, which are JSON's.</summary>
internal static class HoconQuote
{
    public static string Of(string text) =>
        $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
