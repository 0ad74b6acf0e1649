using System.Text.Json;
using Farm.Store.Hashing;

namespace Farm.Daemon.Building.Steps;

/// <summary>A line of a builder's log that is meant for the client's display.</summary>
/// <remarks>Shape: <c>@nix </c> and a JSON object with an <c>action</c>. Source: Nix's <c>handleJSONLogMessage</c>. Only phases and
/// messages are taken; activities of builders are left alone.</remarks>
internal abstract record BuilderMessage
{
    private BuilderMessage() { }

    /// <summary>The build enters a phase.</summary>
    public sealed record Phase(string Name) : BuilderMessage;

    /// <summary>A text for people.</summary>
    public sealed record Text(int Level, string Message) : BuilderMessage;

    /// <summary>Something that is not shown.</summary>
    public sealed record Other : BuilderMessage;

    /// <summary>Reads a line; null where it is an ordinary one.</summary>
    public static BuilderMessage? Read(ByteString line)
    {
        if (!line.Span.StartsWith("@nix "u8))
            return null;
        try
        {
            using var document = JsonDocument.Parse(line.Span[5..].ToArray());
            var json = document.RootElement;
            return json.GetProperty("action").GetString() switch
            {
                "setPhase" => new Phase(json.GetProperty("phase").GetString() ?? ""),
                "msg" => new Text(json.GetProperty("level").GetInt32(), json.GetProperty("msg").GetString() ?? ""),
                _ => new Other(),
            };
        }
        catch (Exception malformed)
            when (malformed is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
