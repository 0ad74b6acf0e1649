using System.Diagnostics;
using System.Text.Json;
using Farm.Store.Derivations;

namespace Farm.Protocol.Api.Reading;

/// <summary>Reads the answers of the HTTP API by hand, for clients that start, ask and end.</summary>
/// <remarks>Shape: that of <see cref="ApiJsonContext"/>, which writes them. Generated readers are generic code of the framework over our
/// values, which is compiled when the process runs: some thousand methods, and most of the time of a command that has nothing to do.
/// A member that is not known is passed over; one that is missing, and a value of the wrong kind, is a <see cref="JsonException"/> that names it.</remarks>
public static class ApiJson
{
    public static StatusView ReadStatus(ReadOnlySpan<byte> json) => Whole(json, StatusReader.Status);

    public static BuildView ReadBuild(ReadOnlySpan<byte> json) => Whole(json, BuildReader.Build);

    public static BuildEvent ReadBuildEvent(ReadOnlySpan<byte> json) => Whole(json, EventReader.BuildEvent);

    public static SubmitEvent ReadSubmitEvent(ReadOnlySpan<byte> json) => Whole(json, EventReader.SubmitEvent);

    public static ProblemView ReadProblem(ReadOnlySpan<byte> json) => Whole(json, EventReader.Problem);

    /// <summary>The body of <c>POST /api/builds</c>.</summary>
    public static byte[] Write(SubmitBuild build)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("roots"u8);
            foreach (var root in build.Roots)
            {
                json.WriteStringValue(root.ToString());
            }
            json.WriteEndArray();
            json.WriteNumber("priority"u8, build.Priority);
            Write(json, "timeoutSeconds", build.TimeoutSeconds);
            Write(json, "maxSilentSeconds", build.MaxSilentSeconds);
            Write(json, "maxLogBytes", build.MaxLogBytes);
            json.WriteBoolean("keepFailed"u8, build.KeepFailed);
            json.WriteString("mode"u8, Name(build.Mode));
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static string Name(BuildMode mode) =>
        mode switch
        {
            BuildMode.Normal => "normal",
            BuildMode.Repair => "repair",
            BuildMode.Check => "check",
            _ => throw new UnreachableException(),
        };

    private static void Write(Utf8JsonWriter json, string name, double? seconds)
    {
        if (seconds is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, long? bytes)
    {
        if (bytes is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static T Whole<T>(ReadOnlySpan<byte> json, ReadValue<T> read)
        where T : class
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 32 });
        if (!reader.Read())
        {
            throw new JsonException("the answer is empty");
        }
        var value = read(ref reader);
        return reader.Read() ? throw new JsonException("more follows after the end of the answer") : value;
    }
}
